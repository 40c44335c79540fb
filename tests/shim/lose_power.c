/* Power loss and broken disks for a process whose database is the file $TANDEM_POWER_FILE.
 *
 * What a process has written and not synced is not on the disk. This shim keeps, for the database file and its write-ahead
 * log, what each sector of 512 bytes held when it was last synced, and at the moment of
 *
 *   TANDEM_POWER_CUT=n     the n-th write, truncation or sync of these files,
 *
 * puts that back and ends the process at once: what was not synced is gone. With
 *
 *   TANDEM_POWER_TEAR=s    some of it has reached the disk all the same, sector by sector, as drawn from the seed s;
 *   TANDEM_SYNC_FAILS=n    the n-th sync fails with EIO. As on Linux, what it should have synced counts as clean from then
 *                          on and is never written, unless it is written again;
 *   TANDEM_POWER_SAYS=file the file gets a line for what was done.
 *
 * The shared-memory index beside the log is not kept: it need not survive. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512
#define FILES 2
#define HANDLES 4096

enum state { CLEAN, DIRTY, LOST };

struct sector {
    unsigned char state;
    unsigned char held[SECTOR];
};

struct file {
    char path[4096];
    struct sector **sectors;
    size_t count;
    off_t synced_size;
    int known;
};

static struct file files[FILES];
static struct file *by_handle[HANDLES];
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static long operations, syncs, cut_at, fails_at;
static uint64_t tear;
static const char *says;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pread)(int, void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static int (*real_unlink)(const char *);

static long number(const char *name) {
    const char *said = getenv(name);
    return said ? atol(said) : 0;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("TANDEM_POWER_FILE");
    real_write = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    real_pwrite = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite64");
    real_pread = (ssize_t (*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT, "pread64");
    real_ftruncate = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    real_open = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
    real_close = (int (*)(int))dlsym(RTLD_NEXT, "close");
    real_unlink = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
    cut_at = number("TANDEM_POWER_CUT");
    fails_at = number("TANDEM_SYNC_FAILS");
    tear = (uint64_t)number("TANDEM_POWER_TEAR");
    says = getenv("TANDEM_POWER_SAYS");
    if (path) {
        snprintf(files[0].path, sizeof files[0].path, "%s", path);
        snprintf(files[1].path, sizeof files[1].path, "%s-wal", path);
    }
}

static void say(const char *what) {
    char line[128];
    int length = snprintf(line, sizeof line, "%s %ld %ld\n", what, operations, syncs);
    int file = says ? real_open(says, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
    if (file >= 0) {
        ssize_t written = real_write(file, line, (size_t)length);
        (void)written;
        real_close(file);
    }
}

static struct file *file_of(int handle) {
    return handle >= 0 && handle < HANDLES ? by_handle[handle] : NULL;
}

/* Remembers what the sectors hold before they change. */
static void touch(struct file *file, int handle, off_t from, off_t until) {
    for (size_t at = (size_t)(from / SECTOR); (off_t)at * SECTOR < until; at++) {
        if (at >= file->count) {
            size_t count = (at + 1) * 2;
            file->sectors = realloc(file->sectors, count * sizeof *file->sectors);
            memset(file->sectors + file->count, 0, (count - file->count) * sizeof *file->sectors);
            file->count = count;
        }
        struct sector *sector = file->sectors[at];
        if (!sector) {
            sector = file->sectors[at] = calloc(1, sizeof *sector);
        }
        if (sector->state == CLEAN) {
            memset(sector->held, 0, SECTOR);
            ssize_t held = real_pread(handle, sector->held, SECTOR, (off_t)at * SECTOR);
            (void)held;
        }
        /* What was lost is written again with the sector. */
        sector->state = DIRTY;
    }
}

/* After a sync: what was dirty is on the disk, or will never be. */
static void settle(struct file *file, int handle, enum state becomes) {
    for (size_t at = 0; at < file->count; at++) {
        if (file->sectors[at] && file->sectors[at]->state == DIRTY) {
            file->sectors[at]->state = becomes;
        }
    }
    struct stat now;
    if (becomes == CLEAN && fstat(handle, &now) == 0) {
        file->synced_size = now.st_size;
    }
}

static int survives(void) {
    tear ^= tear << 13;
    tear ^= tear >> 7;
    tear ^= tear << 17;
    return (int)(tear >> 33) & 1;
}

/* The power is gone. */
static void cut(void) {
    say("cut");
    for (int which = 0; which < FILES; which++) {
        struct file *file = &files[which];
        int handle = file->known ? real_open(file->path, O_RDWR) : -1;
        if (handle < 0) {
            continue;
        }
        off_t size = file->synced_size;
        for (size_t at = 0; at < file->count; at++) {
            struct sector *sector = file->sectors[at];
            off_t place = (off_t)at * SECTOR;
            if (!sector || sector->state == CLEAN) {
                continue;
            }
            if (tear && sector->state == DIRTY && survives()) {
                size = place + SECTOR > size ? place + SECTOR : size;
                continue;
            }
            ssize_t put = real_pwrite(handle, sector->held, SECTOR, place);
            (void)put;
        }
        int shortened = real_ftruncate(handle, size);
        (void)shortened;
        real_close(handle);
    }
    _exit(86);
}

static void count(void) {
    operations++;
    if (cut_at && operations == cut_at) {
        cut();
    }
}

static int opened(const char *path, int handle) {
    if (handle < 0 || handle >= HANDLES) {
        return handle;
    }
    pthread_mutex_lock(&one);
    by_handle[handle] = NULL;
    for (int which = 0; which < FILES; which++) {
        struct file *file = &files[which];
        if (file->path[0] && strcmp(file->path, path) == 0) {
            struct stat now;
            by_handle[handle] = file;
            if (!file->known && fstat(handle, &now) == 0) {
                file->known = 1;
                file->synced_size = now.st_size;
            }
        }
    }
    pthread_mutex_unlock(&one);
    return handle;
}

#define MODE_OF(flags)                                     \
    mode_t mode = 0;                                       \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                 \
        va_list more;                                      \
        va_start(more, flags);                             \
        mode = va_arg(more, mode_t);                       \
        va_end(more);                                      \
    }

int open64(const char *path, int flags, ...) {
    MODE_OF(flags)
    return opened(path, real_open(path, flags, mode));
}

int open(const char *path, int flags, ...) {
    MODE_OF(flags)
    return opened(path, real_open(path, flags, mode));
}

int close(int handle) {
    if (file_of(handle)) {
        pthread_mutex_lock(&one);
        by_handle[handle] = NULL;
        pthread_mutex_unlock(&one);
    }
    return real_close(handle);
}

/* A log that is removed and made again begins empty. */
int unlink(const char *path) {
    pthread_mutex_lock(&one);
    for (int which = 0; which < FILES; which++) {
        struct file *file = &files[which];
        if (file->path[0] && strcmp(file->path, path) == 0) {
            for (size_t at = 0; at < file->count; at++) {
                free(file->sectors[at]);
                file->sectors[at] = NULL;
            }
            file->known = 0;
        }
    }
    pthread_mutex_unlock(&one);
    return real_unlink(path);
}

static ssize_t written(int handle, const void *bytes, size_t length, off_t at, int placed) {
    struct file *file = file_of(handle);
    pthread_mutex_lock(&one);
    count();
    touch(file, handle, at, at + (off_t)length);
    ssize_t result = placed ? real_pwrite(handle, bytes, length, at) : real_write(handle, bytes, length);
    pthread_mutex_unlock(&one);
    return result;
}

ssize_t write(int handle, const void *bytes, size_t length) {
    if (!file_of(handle)) {
        return real_write(handle, bytes, length);
    }
    return written(handle, bytes, length, lseek(handle, 0, SEEK_CUR), 0);
}

ssize_t pwrite64(int handle, const void *bytes, size_t length, off_t at) {
    return file_of(handle) ? written(handle, bytes, length, at, 1) : real_pwrite(handle, bytes, length, at);
}

ssize_t pwrite(int handle, const void *bytes, size_t length, off_t at) {
    return pwrite64(handle, bytes, length, at);
}

int ftruncate64(int handle, off_t length) {
    struct file *file = file_of(handle);
    if (!file) {
        return real_ftruncate(handle, length);
    }
    pthread_mutex_lock(&one);
    count();
    struct stat now;
    if (fstat(handle, &now) == 0 && now.st_size > length) {
        touch(file, handle, length, now.st_size);
    }
    int result = real_ftruncate(handle, length);
    pthread_mutex_unlock(&one);
    return result;
}

int ftruncate(int handle, off_t length) {
    return ftruncate64(handle, length);
}

static int synced(int handle, int (*real)(int)) {
    struct file *file = file_of(handle);
    if (!file) {
        return real(handle);
    }
    pthread_mutex_lock(&one);
    count();
    syncs++;
    int result = 0;
    if (syncs == fails_at) {
        say("failed");
        settle(file, handle, LOST);
        errno = EIO;
        result = -1;
    } else {
        settle(file, handle, CLEAN);
    }
    pthread_mutex_unlock(&one);
    (void)real;
    return result;
}

int fsync(int handle) {
    return synced(handle, real_fsync);
}

int fdatasync(int handle) {
    return synced(handle, real_fdatasync);
}
