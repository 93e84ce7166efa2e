"""What talks to other machines: what they answer is different each time, and what they are told is told again."""

from pikku.inspector.rules.table import Table, names

NETWORK = Table(
    code="PKU805",
    reason="{name} goes over the network again at every replay",
    step="Call the service",
    calls=names(
        """
        urllib.request: urlopen urlretrieve Request
        socket: socket create_connection create_server getaddrinfo gethostbyname gethostbyaddr
        asyncio: open_connection start_server open_unix_connection start_unix_server
        http.client: HTTPConnection HTTPSConnection
        httpx: get post put patch delete head options request stream Client AsyncClient
        aiohttp: ClientSession request
        requests: get post put patch delete head options request Session session
        smtplib: SMTP SMTP_SSL LMTP
        ftplib: FTP FTP_TLS
        imaplib: IMAP4 IMAP4_SSL
        xmlrpc.client: ServerProxy
        websockets: connect
        websocket: create_connection
        boto3: client resource
        paramiko: SSHClient
        psycopg: connect
        psycopg.AsyncConnection: connect
        psycopg2: connect
        asyncpg: connect create_pool
        pymysql: connect
        aiomysql: connect create_pool
        pymongo: MongoClient AsyncMongoClient
        motor.motor_asyncio: AsyncIOMotorClient
        redis: Redis from_url
        redis.asyncio: Redis from_url
        openai: OpenAI AsyncOpenAI
        anthropic: Anthropic AsyncAnthropic
        stripe.Charge: create
        stripe.PaymentIntent: create
        """
    ),
    packages=(
        "aiohttp.ClientSession",
        "asyncpg.Connection",
        "asyncpg.Pool",
        "asyncpg.pool.Pool",
        "http.client.HTTPConnection",
        "http.client.HTTPSConnection",
        "httpx.AsyncClient",
        "httpx.Client",
        "redis.Redis",
        "redis.asyncio.Redis",
        "requests.Session",
        "smtplib.SMTP",
        "smtplib.SMTP_SSL",
        "socket.socket",
    ),
    harmless=frozenset({"urllib.request.Request"}),
)
