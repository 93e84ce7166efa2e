"""What makes ids that nobody has made before. `uuid3`, `uuid5` and `uuid8` compute theirs from what they are given."""

from pikku.inspector.rules.table import Table, names

UUIDS = Table(
    code="PKU803",
    reason="{name} makes another id at every replay",
    step="Make an id",
    calls=names(
        """
        uuid: uuid1 uuid4 uuid6 uuid7
        uuid6: uuid1 uuid6 uuid7
        uuid_utils: uuid1 uuid4 uuid6 uuid7
        uuid_utils.compat: uuid1 uuid4 uuid6 uuid7
        uuid_extensions: uuid7 uuid7str
        ulid: new ULID
        ulid.ULID: from_timestamp
        nanoid: generate
        shortuuid: uuid random ShortUUID
        bson: ObjectId
        bson.objectid: ObjectId
        ksuid: ksuid
        cuid2: cuid_wrapper
        """
    ),
)
