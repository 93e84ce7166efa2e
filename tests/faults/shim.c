/* Loaded before the C library: as long as the file PIKKU_SHIM_FLAG is there, what is written to files below the folder
   PIKKU_SHIM_FOLDER fails with the number PIKKU_SHIM_ERRNO. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int file) {
    const char *flag = getenv("PIKKU_SHIM_FLAG"), *folder = getenv("PIKKU_SHIM_FOLDER"), *number = getenv("PIKKU_SHIM_ERRNO");
    char link[64], path[4096];
    ssize_t length;
    if (!flag || !folder || !number || access(flag, F_OK)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    if (strncmp(path, folder, strlen(folder))) return 0;
    errno = atoi(number);
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *text, size_t size) { return fails(file) ? -1 : REAL(write)(file, text, size); }
ssize_t pwrite(int file, const void *text, size_t size, off_t at) { return fails(file) ? -1 : REAL(pwrite)(file, text, size, at); }
ssize_t pwrite64(int file, const void *text, size_t size, off64_t at) { return fails(file) ? -1 : REAL(pwrite64)(file, text, size, at); }
int fsync(int file) { return fails(file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails(file) ? -1 : REAL(fdatasync)(file); }
int ftruncate(int file, off_t size) { return fails(file) ? -1 : REAL(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { return fails(file) ? -1 : REAL(ftruncate64)(file, size); }
