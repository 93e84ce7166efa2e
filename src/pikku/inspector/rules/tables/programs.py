"""What starts other programs."""

from pikku.inspector.rules.table import Table, names

PROGRAMS = Table(
    code="PKU807",
    reason="{name} starts the program again at every replay",
    step="Run the program",
    calls=names(
        """
        subprocess: run call check_call check_output Popen getoutput getstatusoutput
        os: system popen fork forkpty execv execve execvp execvpe execl execle execlp spawnl spawnv spawnvp startfile
        os: posix_spawn posix_spawnp kill abort
        asyncio: create_subprocess_exec create_subprocess_shell
        asyncio.subprocess: create_subprocess_exec create_subprocess_shell
        anyio: run_process open_process
        pty: spawn
        webbrowser: open
        """
    ),
)
