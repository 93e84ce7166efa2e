"""What a process is told by its surroundings: another process, on another machine, replays the body."""

from pikku.inspector.rules.table import Table, names

ENVIRONMENT = Table(
    code="PKU804",
    reason="{name} may be another one in the process that replays the body",
    step="Read the setting",
    calls=names(
        """
        os: getenv getenvb getpid getppid getlogin getcwd getuid geteuid uname cpu_count getloadavg
        os.path: expanduser expandvars
        os.environ: get items keys values setdefault pop copy
        platform: node platform machine system release version processor uname python_version
        socket: gethostname getfqdn
        getpass: getuser getpass
        locale: getlocale getdefaultlocale getpreferredencoding
        multiprocessing: cpu_count current_process
        pathlib.Path: home cwd expanduser
        """
    )
    | {"input", "hash", "id"},
    reads=names(
        """
        os: environ environb
        sys: argv platform path executable stdin
        """
    ),
)
