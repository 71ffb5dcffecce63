/*
 * A disk that a power cut is believed of: lossyfs LIVE DURABLE MOUNTPOINT [options of FUSE].
 *
 * LIVE is what whoever runs sees. DURABLE is what a power cut leaves: names, sizes that were set and rights at once, and what was written only
 * when it is flushed (fsync, fdatasync, O_SYNC). So every loss found is a real one, and it is the worst case: a real system flushes by itself
 * after half a minute. Pages are neither torn nor put in another order.
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char *live, *durable;

/* An open file, on both sides. */
struct both { int live, durable; };
static struct both *fileAt(const struct fuse_file_info *file) { return (struct both *)(uintptr_t)file->fh; }

/* From where to where a file was written since it was flushed. */
struct unflushed {
  ino_t file;
  off_t from, to;
  struct unflushed *next;
};
enum { shelves = 4096 };
static struct unflushed *shelf[shelves];

static struct unflushed **placeOf(int fd) {
  struct stat stat;
  ino_t file = fstat(fd, &stat) == 0 ? stat.st_ino : 0;
  struct unflushed **place = &shelf[file % shelves];
  while (*place && (*place)->file != file) place = &(*place)->next;
  return place;
}

static void note(int fd, off_t from, off_t to) {
  struct unflushed **place = placeOf(fd);
  if (!*place) {
    struct stat stat;
    fstat(fd, &stat);
    *place = calloc(1, sizeof **place);
    **place = (struct unflushed){stat.st_ino, from, to, NULL};
  }
  if (from < (*place)->from) (*place)->from = from;
  if (to > (*place)->to) (*place)->to = to;
}

static void forget(struct unflushed **place) {
  struct unflushed *gone = *place;
  if (!gone) return;
  *place = gone->next;
  free(gone);
}

/* What lies beyond the end of a file that was made shorter is never flushed. */
static void cutOff(int fd, off_t size) {
  struct unflushed **place = placeOf(fd);
  if (!*place) return;
  if ((*place)->to > size) (*place)->to = size;
  if ((*place)->from >= (*place)->to) forget(place);
}

static int flush(const struct both *file) {
  struct unflushed **place = placeOf(file->live);
  if (!*place) return 0;
  static char block[1 << 16];
  for (off_t at = (*place)->from; at < (*place)->to;) {
    off_t left = (*place)->to - at;
    ssize_t size = pread(file->live, block, left < (off_t)sizeof block ? (size_t)left : sizeof block, at);
    if (size <= 0 || pwrite(file->durable, block, size, at) != size) return -EIO;
    at += size;
  }
  forget(place);
  return 0;
}

struct path { char text[PATH_MAX]; };
static struct path in(const char *side, const char *name) {
  struct path path;
  snprintf(path.text, sizeof path.text, "%s%s", side, name);
  return path;
}

static int outcome(int result) { return result == -1 ? -errno : 0; }

/* Does the same to both sides, which are alike. */
#define BOTH(call)                     \
  do {                                 \
    const char *side = live;           \
    if ((call) == -1) return -errno;   \
    side = durable;                    \
    return outcome(call);              \
  } while (0)
#define AT(name) in(side, name).text

static int doGetattr(const char *name, struct stat *stat, struct fuse_file_info *file) {
  return outcome(file ? fstat(fileAt(file)->live, stat) : lstat(in(live, name).text, stat));
}
static int doReadlink(const char *name, char *text, size_t size) {
  ssize_t length = readlink(in(live, name).text, text, size - 1);
  if (length == -1) return -errno;
  text[length] = 0;
  return 0;
}
static int owned(const char *name) {
  struct fuse_context *who = fuse_get_context();
  BOTH(lchown(AT(name), who->uid, who->gid));
}
static int doMkdir(const char *name, mode_t mode) {
  if (mkdir(in(live, name).text, mode) == -1 || mkdir(in(durable, name).text, mode) == -1) return -errno;
  return owned(name);
}
static int doSymlink(const char *to, const char *name) {
  if (symlink(to, in(live, name).text) == -1 || symlink(to, in(durable, name).text) == -1) return -errno;
  return owned(name);
}
static int doUnlink(const char *name) { BOTH(unlink(AT(name))); }
static int doRmdir(const char *name) { BOTH(rmdir(AT(name))); }
static int doRename(const char *from, const char *to, unsigned flags) {
  if (flags) return -EINVAL;
  BOTH(rename(AT(from), AT(to)));
}
static int doLink(const char *from, const char *to) { BOTH(link(AT(from), AT(to))); }
static int doChmod(const char *name, mode_t mode, struct fuse_file_info *file) {
  (void)file;
  BOTH(chmod(AT(name), mode));
}
static int doChown(const char *name, uid_t user, gid_t group, struct fuse_file_info *file) {
  (void)file;
  BOTH(lchown(AT(name), user, group));
}
static int doUtimens(const char *name, const struct timespec times[2], struct fuse_file_info *file) {
  (void)file;
  BOTH(utimensat(AT_FDCWD, AT(name), times, AT_SYMLINK_NOFOLLOW));
}
static int doTruncate(const char *name, off_t size, struct fuse_file_info *file) {
  if (file) {
    cutOff(fileAt(file)->live, size);
    return outcome(ftruncate(fileAt(file)->live, size) || ftruncate(fileAt(file)->durable, size) ? -1 : 0);
  }
  int fd = open(in(live, name).text, O_WRONLY);
  if (fd == -1) return -errno;
  cutOff(fd, size);
  close(fd);
  BOTH(truncate(AT(name), size));
}
/* The place of what is appended comes from the kernel. */
static int opened(const char *name, int flags, mode_t mode, struct fuse_file_info *file) {
  struct both *both = calloc(1, sizeof *both);
  both->live = open(in(live, name).text, O_RDWR | (flags & (O_CREAT | O_TRUNC | O_EXCL)), mode);
  if (both->live == -1) {
    free(both);
    return -errno;
  }
  if (flags & O_TRUNC) cutOff(both->live, 0);
  both->durable = open(in(durable, name).text, O_RDWR | (flags & (O_CREAT | O_TRUNC)), mode);
  file->fh = (uintptr_t)both;
  return both->durable == -1 ? -EIO : 0;
}
static int doOpen(const char *name, struct fuse_file_info *file) { return opened(name, file->flags, 0, file); }
static int doCreate(const char *name, mode_t mode, struct fuse_file_info *file) {
  int result = opened(name, file->flags | O_CREAT, mode, file);
  return result ? result : owned(name);
}
static int doRead(const char *name, char *bytes, size_t size, off_t at, struct fuse_file_info *file) {
  (void)name;
  ssize_t read = pread(fileAt(file)->live, bytes, size, at);
  return read == -1 ? -errno : (int)read;
}
static int doWrite(const char *name, const char *bytes, size_t size, off_t at, struct fuse_file_info *file) {
  (void)name;
  ssize_t written = pwrite(fileAt(file)->live, bytes, size, at);
  if (written == -1) return -errno;
  note(fileAt(file)->live, at, at + written);
  int result = file->flags & (O_SYNC | O_DSYNC) ? flush(fileAt(file)) : 0;
  return result ? result : (int)written;
}
static int doFallocate(const char *name, int mode, off_t at, off_t size, struct fuse_file_info *file) {
  (void)name;
  int result = outcome(fallocate(fileAt(file)->live, mode, at, size));
  return result ? result : outcome(fallocate(fileAt(file)->durable, mode, at, size));
}
static int doFsync(const char *name, int dataOnly, struct fuse_file_info *file) {
  (void)name, (void)dataOnly;
  return flush(fileAt(file));
}
static int doFsyncdir(const char *name, int dataOnly, struct fuse_file_info *file) {
  (void)name, (void)dataOnly, (void)file;
  return 0;
}
static int doRelease(const char *name, struct fuse_file_info *file) {
  (void)name;
  struct both *both = fileAt(file);
  struct stat stat;
  /* The number of a file that is gone is given to another. */
  if (fstat(both->live, &stat) == 0 && stat.st_nlink == 0) forget(placeOf(both->live));
  close(both->live);
  close(both->durable);
  free(both);
  return 0;
}
static int doStatfs(const char *name, struct statvfs *stat) { return outcome(statvfs(in(live, name).text, stat)); }
static int doReaddir(const char *name, void *list, fuse_fill_dir_t add, off_t at, struct fuse_file_info *file,
                     enum fuse_readdir_flags flags) {
  (void)at, (void)file, (void)flags;
  DIR *directory = opendir(in(live, name).text);
  if (!directory) return -errno;
  for (struct dirent *entry; (entry = readdir(directory));) add(list, entry->d_name, NULL, 0, 0);
  closedir(directory);
  return 0;
}
static void *doInit(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  config->hard_remove = 1;
  config->nullpath_ok = 1;
  return NULL;
}

static const struct fuse_operations operations = {
  .init = doInit, .getattr = doGetattr, .readlink = doReadlink, .mkdir = doMkdir, .symlink = doSymlink,
  .unlink = doUnlink, .rmdir = doRmdir, .rename = doRename, .link = doLink, .chmod = doChmod, .chown = doChown,
  .utimens = doUtimens, .truncate = doTruncate, .open = doOpen, .create = doCreate, .read = doRead,
  .write = doWrite, .fallocate = doFallocate, .fsync = doFsync, .fsyncdir = doFsyncdir, .release = doRelease,
  .statfs = doStatfs, .readdir = doReaddir,
};

int main(int count, char **words) {
  if (count < 4) {
    fprintf(stderr, "lossyfs LIVE DURABLE MOUNTPOINT [options of FUSE]\n");
    return 2;
  }
  umask(0);
  live = words[1];
  durable = words[2];
  words[2] = words[0];
  return fuse_main(count - 2, words + 2, &operations, NULL);
}
