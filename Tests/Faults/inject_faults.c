/*
 * A library to preload that makes one file call of a program fail.
 *
 *     LD_PRELOAD=inject_faults.so FAULT_FOLDER=/tmp/results FAULT_KIND=EIO FAULT_CALL=7 program ...
 *
 * Counted are the calls that create, write, sync, rename or remove files below FAULT_FOLDER, and
 * the opening of files there. Call number FAULT_CALL meets a fault:
 *
 *     EIO, ENOSPC   the call does nothing and fails so (`close` does close)
 *     short         a write stores half of its bytes and says so; only writes are counted
 *     full          a call that needs room fails with ENOSPC, and so does each one after it; only
 *                   such calls are counted
 *     kill          SIGKILL before the call
 *     none          nothing; with it the calls are only counted
 *
 * FAULT_FILE    counts only calls on paths that contain this text.
 * FAULT_REPORT  a file that receives the number of counted calls (8 bytes, kept current in shared
 *               memory, so that it survives SIGKILL) and the name and path of the call that failed.
 * FAULT_MIRROR  a file that receives every byte that a file named `journal` accepted: what the
 *               program may rely on.
 *
 * Real calls are made through syscall(2): nothing has to be looked up, so nothing can recurse.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { descriptor_count = 4096, report_bytes = 4096 };

enum fault { fault_none, fault_error, fault_short, fault_full, fault_kill };

/* What a call does, as far as faults differ by it. */
enum nature { other, writes, needs_room };

struct report {
    _Atomic uint64_t calls;
    char failed[report_bytes - sizeof(uint64_t)];
};

static struct report private_report;
static struct report *report = &private_report;
static const char *folder;
static const char *file_filter;
static size_t folder_length;
static enum fault fault;
static int fault_errno;
static uint64_t chosen_call;
static int mirror = -1;

/* Paths of open files below the folder; whether they were opened for writing. */
static char *_Atomic paths[descriptor_count];
static _Atomic bool is_written[descriptor_count];

static int open_file(int at, const char *path, int flags, mode_t mode)
{
    return (int)syscall(SYS_openat, at, path, flags, mode);
}

static uint64_t number_of(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static void choose_fault(const char *kind)
{
    if (strcmp(kind, "EIO") == 0) {
        fault = fault_error;
        fault_errno = EIO;
    } else if (strcmp(kind, "ENOSPC") == 0) {
        fault = fault_error;
        fault_errno = ENOSPC;
    } else if (strcmp(kind, "full") == 0) {
        fault = fault_full;
        fault_errno = ENOSPC;
    } else if (strcmp(kind, "short") == 0) {
        fault = fault_short;
    } else if (strcmp(kind, "kill") == 0) {
        fault = fault_kill;
    }
}

static void share_report(const char *path)
{
    int file = open_file(AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0 || syscall(SYS_ftruncate, file, (long)report_bytes) != 0) abort();
    void *memory = mmap(NULL, report_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) abort();
    report = memory;
    syscall(SYS_close, file);
}

__attribute__((constructor)) static void prepare(void)
{
    folder = getenv("FAULT_FOLDER");
    folder_length = folder == NULL ? 0 : strlen(folder);
    file_filter = getenv("FAULT_FILE");
    chosen_call = number_of("FAULT_CALL");
    const char *kind = getenv("FAULT_KIND");
    if (kind != NULL) choose_fault(kind);
    const char *report_path = getenv("FAULT_REPORT");
    if (report_path != NULL) share_report(report_path);
    const char *mirror_path = getenv("FAULT_MIRROR");
    if (mirror_path != NULL)
        mirror = open_file(
            AT_FDCWD, mirror_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

static bool is_below_folder(const char *path)
{
    return folder_length > 0 && path != NULL && strncmp(path, folder, folder_length) == 0
        && (path[folder_length] == '/' || path[folder_length] == 0);
}

static const char *path_of(int descriptor)
{
    if (descriptor < 0 || descriptor >= descriptor_count) return NULL;
    return atomic_load(&paths[descriptor]);
}

static bool is_journal(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && strcmp(slash, "/journal") == 0;
}

static void remember(int descriptor, const char *path, int flags)
{
    if (descriptor < 0 || descriptor >= descriptor_count) return;
    char *copy = is_below_folder(path) ? strdup(path) : NULL;
    atomic_store(&is_written[descriptor], (flags & O_ACCMODE) != O_RDONLY);
    /* An older name is not freed: another thread may be reading it. */
    atomic_store(&paths[descriptor], copy);
}

/* Counts a call and says what it meets: 0 nothing, -1 a short write, otherwise an errno. */
static int verdict(const char *call, const char *path, enum nature nature)
{
    if (path == NULL || !is_below_folder(path)) return 0;
    if (file_filter != NULL && strstr(path, file_filter) == NULL) return 0;
    if (fault == fault_short && nature != writes) return 0;
    if (fault == fault_full && nature == other) return 0;
    uint64_t number = atomic_fetch_add(&report->calls, 1) + 1;
    bool goes_on = fault == fault_full && chosen_call > 0 && number > chosen_call;
    if (fault == fault_none || (number != chosen_call && !goes_on)) return 0;
    if (!goes_on) snprintf(report->failed, sizeof report->failed, "%s %s", call, path);
    if (fault == fault_kill) kill(getpid(), SIGKILL);
    return fault == fault_short ? -1 : fault_errno;
}

static long failed(int code)
{
    errno = code;
    return -1;
}

static void note_accepted(const char *path, const void *bytes, long count)
{
    if (mirror < 0 || count <= 0 || !is_journal(path)) return;
    if (syscall(SYS_write, mirror, bytes, count) != count) abort();
}

/* --- open ------------------------------------------------------------------------------------ */

static int opened(int at, const char *path, int flags, mode_t mode)
{
    if (at == AT_FDCWD || (path != NULL && path[0] == '/')) {
        enum nature nature = (flags & O_CREAT) != 0 ? needs_room : other;
        int code = verdict("open", path, nature);
        if (code > 0) return (int)failed(code);
    }
    int descriptor = open_file(at, path, flags, mode);
    remember(descriptor, path, flags);
    return descriptor;
}

#define OPENING(flags)                                                                            \
    mode_t mode = 0;                                                                              \
    if (((flags) & (O_CREAT | __O_TMPFILE)) != 0) {                                               \
        va_list list;                                                                             \
        va_start(list, flags);                                                                    \
        mode = (mode_t)va_arg(list, unsigned);                                                    \
        va_end(list);                                                                             \
    }

int open(const char *path, int flags, ...)
{
    OPENING(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    OPENING(flags)
    return opened(AT_FDCWD, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...)
{
    OPENING(flags)
    return opened(at, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...)
{
    OPENING(flags)
    return opened(at, path, flags, mode);
}

int __open_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }

/* --- write ----------------------------------------------------------------------------------- */

/* `offset` is negative for a write at the file's own position. */
static ssize_t written(int descriptor, const void *bytes, size_t count, off_t offset)
{
    const char *path = path_of(descriptor);
    if (path != NULL) {
        int code = verdict(offset < 0 ? "write" : "pwrite", path, writes);
        if (code > 0) return failed(code);
        if (code < 0 && count > 1) count /= 2;
    }
    long done = offset < 0 ? syscall(SYS_write, descriptor, bytes, count)
                           : syscall(SYS_pwrite64, descriptor, bytes, count, offset);
    int code = errno;
    if (path != NULL) note_accepted(path, bytes, done);
    errno = code;
    return done;
}

ssize_t write(int descriptor, const void *bytes, size_t count)
{
    return written(descriptor, bytes, count, -1);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset)
{
    return written(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset)
{
    return written(descriptor, bytes, count, offset);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count)
{
    const char *path = path_of(descriptor);
    if (path == NULL) return syscall(SYS_writev, descriptor, parts, count);
    /* One part at a time is what a short write may do as well. */
    for (int part = 0; part < count; part++)
        if (parts[part].iov_len > 0)
            return written(descriptor, parts[part].iov_base, parts[part].iov_len, -1);
    return 0;
}

/* --- sync, size, close ----------------------------------------------------------------------- */

int fsync(int descriptor)
{
    int code = verdict("fsync", path_of(descriptor), other);
    return code > 0 ? (int)failed(code) : (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor)
{
    int code = verdict("fdatasync", path_of(descriptor), other);
    return code > 0 ? (int)failed(code) : (int)syscall(SYS_fdatasync, descriptor);
}

int ftruncate(int descriptor, off_t size)
{
    int code = verdict("ftruncate", path_of(descriptor), other);
    return code > 0 ? (int)failed(code) : (int)syscall(SYS_ftruncate, descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

int close(int descriptor)
{
    const char *path = path_of(descriptor);
    bool counts = path != NULL && atomic_load(&is_written[descriptor]);
    int code = counts ? verdict("close", path, other) : 0;
    if (path != NULL) atomic_store(&paths[descriptor], NULL);
    int status = (int)syscall(SYS_close, descriptor);
    return code > 0 ? (int)failed(code) : status;
}

/* --- names ----------------------------------------------------------------------------------- */

/* The one of two names that the filter asks for. */
static const char *renamed(const char *from, const char *to)
{
    return file_filter != NULL && strstr(from, file_filter) != NULL ? from : to;
}

int rename(const char *from, const char *to)
{
    int code = verdict("rename", renamed(from, to), other);
    if (code > 0) return (int)failed(code);
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
    int code = verdict("renameat", renamed(from, to), other);
    if (code > 0) return (int)failed(code);
    return (int)syscall(SYS_renameat2, from_at, from, to_at, to, 0);
}

int unlink(const char *path)
{
    int code = verdict("unlink", path, other);
    if (code > 0) return (int)failed(code);
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int mkdir(const char *path, mode_t mode)
{
    int code = verdict("mkdir", path, needs_room);
    if (code > 0) return (int)failed(code);
    return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
