"""What reads, writes or asks about files. They are other ones by the time of a replay, and on another machine."""

from pikku.inspector.rules.table import Table, names

_PATH = (
    "read_text read_bytes write_text write_bytes open exists is_file is_dir is_symlink is_mount stat lstat iterdir glob "
    "rglob walk mkdir rmdir unlink touch rename replace chmod symlink_to hardlink_to readlink resolve samefile owner group"
)

FILES = Table(
    code="PKU806",
    reason="{name} meets other files at a replay",
    step="Read the file",
    calls=names(
        f"""
        pathlib.Path: {_PATH}
        pathlib.PosixPath: {_PATH}
        anyio.Path: {_PATH}
        io: open open_code
        os: open read write listdir scandir walk mkdir makedirs remove unlink rename renames replace rmdir removedirs
        os: stat lstat access link symlink chmod chown truncate fdopen
        os.path: exists lexists isfile isdir islink getsize getmtime getatime getctime samefile realpath
        shutil: copy copy2 copyfile copytree rmtree move disk_usage which make_archive unpack_archive
        tempfile: mkstemp mkdtemp mktemp NamedTemporaryFile TemporaryFile TemporaryDirectory SpooledTemporaryFile
        tempfile: gettempdir
        glob: glob iglob
        sqlite3: connect
        aiosqlite: connect
        aiofiles: open
        anyio: open_file
        fileinput: input
        linecache: getline
        zipfile: ZipFile
        tarfile: open
        shelve: open
        dbm: open
        dotenv: load_dotenv dotenv_values
        """
    )
    | {"open"},
)
