#define _GNU_SOURCE 1
#include "CPlatform.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/un.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/errqueue.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t cp_monotonic_time(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t cp_wall_time(void) { return read_clock(CLOCK_REALTIME); }

int64_t cp_suspended_time(void) { return read_clock(CLOCK_BOOTTIME) - read_clock(CLOCK_MONOTONIC); }

void cp_sleep(int64_t nanoseconds) {
  struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

size_t cp_format_time(int64_t seconds, char *text, size_t capacity) {
  time_t time = (time_t)seconds;
  struct tm parts;
  return gmtime_r(&time, &parts) ? strftime(text, capacity, "%Y-%m-%dT%H:%M:%SZ", &parts) : 0;
}

int64_t cp_file_time(const char *path) {
  struct stat information;
  if (stat(path, &information) < 0) return 0;
  return (int64_t)information.st_mtim.tv_sec * 1000000000 + information.st_mtim.tv_nsec;
}

int cp_file_mode(int fd) {
  struct stat information;
  return fstat(fd, &information) < 0 ? -errno : (int)(information.st_mode & 07777);
}

int cp_event_open(void) {
  int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

void cp_event_signal(int fd) {
  uint64_t one = 1;
  // A full counter (EAGAIN) is readable already, which is all that is wanted.
  (void)!write(fd, &one, sizeof one);
}

void cp_event_drain(int fd) {
  uint64_t count;
  (void)!read(fd, &count, sizeof count);
}

int cp_routes_open(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -errno;
  struct sockaddr_nl groups = {.nl_family = AF_NETLINK};
  groups.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (bind(fd, (struct sockaddr *)&groups, sizeof groups) < 0) {
    int failure = errno;
    close(fd);
    return -failure;
  }
  return fd;
}

int cp_routes_drain(int fd) {
  char buffer[8192];
  int found = 0;
  for (;;) {
    ssize_t count = recv(fd, buffer, sizeof buffer, 0);
    // ENOBUFS: so much has changed that the kernel lost some of it, which is a change all the same.
    if (count > 0 || (count < 0 && errno == ENOBUFS)) {
      found = 1;
    } else if (count == 0 || errno != EINTR) {
      return found;
    }
  }
}

int cp_clock_watch_open(void) {
  int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

int cp_clock_watch_arm(int fd) {
  uint64_t expirations;
  // ECANCELED is the news itself: the clock was set.
  while (read(fd, &expirations, sizeof expirations) < 0 && errno == EINTR) {
  }
  // Never due by itself; a discontinuous change of the clock cancels it.
  struct itimerspec never = {.it_value = {.tv_sec = (time_t)1 << 40}};
  return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) < 0 ? -errno : 0;
}

static volatile sig_atomic_t continuation_fd = -1;

static void continued(int number) {
  (void)number;
  int saved = errno, fd = continuation_fd;
  uint64_t one = 1;
  if (fd >= 0 && write(fd, &one, sizeof one) < 0) errno = saved;
  errno = saved;
}

void cp_watch_continuation(int event_fd) {
  continuation_fd = event_fd;
  struct sigaction action = {.sa_handler = event_fd < 0 ? SIG_DFL : continued, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGCONT, &action, NULL);
}

// The kernel's text tables: few lines, no request to build, no answer to trust.
static int default_interface(const char *path, int is_v6, char *name) {
  FILE *table = fopen(path, "re");
  if (!table) return -errno;
  char line[512];
  unsigned long best = (unsigned long)-1;
  while (fgets(line, sizeof line, table)) {
    char device[IF_NAMESIZE];
    unsigned long target, mask, metric;
    unsigned flags;
    if (is_v6) {
      char address[33];
      if (sscanf(line, "%32s %lx %*s %*s %*s %lx %*s %*s %x %15s", address, &mask, &metric, &flags, device) != 5) continue;
      if (mask != 0 || strspn(address, "0") != 32) continue;
    } else {
      if (sscanf(line, "%15s %lx %*s %x %*s %*s %lu %lx", device, &target, &flags, &metric, &mask) != 5) continue;
      if (target != 0 || mask != 0) continue;
    }
    // RTF_UP, and not RTF_REJECT.
    if (!(flags & 1) || (flags & 0x200) || metric >= best || strcmp(device, "lo") == 0) continue;
    best = metric;
    memcpy(name, device, IF_NAMESIZE);
  }
  fclose(table);
  return best == (unsigned long)-1 ? 0 : (int)if_nametoindex(name);
}

int cp_default_interface(char *name) {
  int index = default_interface("/proc/net/route", 0, name);
  return index > 0 ? index : default_interface("/proc/net/ipv6_route", 1, name);
}

int cp_addresses(cp_address *list, int capacity) {
  struct ifaddrs *all;
  if (getifaddrs(&all) < 0) return 0;
  int count = 0;
  for (struct ifaddrs *each = all; each && count < capacity; each = each->ifa_next) {
    if (!each->ifa_addr || !(each->ifa_flags & IFF_UP) || (each->ifa_flags & IFF_LOOPBACK)) continue;
    if (cp_address_read(each->ifa_addr, &list[count]) < 0) continue;
    const uint8_t *bytes = list[count].bytes;
    if (list[count].is_v6 ? bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80 : bytes[0] == 169 && bytes[1] == 254) continue;
    count++;
  }
  freeifaddrs(all);
  return count;
}

// Takes one message of a dump; 1 when it was a route worth having.
static int read_route(const struct nlmsghdr *message, cp_network *network) {
  const struct rtmsg *route = NLMSG_DATA(message);
  if (message->nlmsg_type != RTM_NEWROUTE || message->nlmsg_len < NLMSG_LENGTH(sizeof *route)) return 0;
  if (route->rtm_type != RTN_UNICAST || route->rtm_dst_len == 0 || route->rtm_table == RT_TABLE_LOCAL) return 0;
  if (route->rtm_family != AF_INET && route->rtm_family != AF_INET6) return 0;
  size_t size = route->rtm_family == AF_INET6 ? 16 : 4;
  int left = (int)RTM_PAYLOAD(message);
  for (const struct rtattr *each = RTM_RTA(route); RTA_OK(each, left); each = RTA_NEXT(each, left)) {
    if (each->rta_type != RTA_DST || RTA_PAYLOAD(each) != size) continue;
    memset(network, 0, sizeof *network);
    network->first.is_v6 = size == 16;
    memcpy(network->first.bytes, RTA_DATA(each), size);
    network->length = route->rtm_dst_len;
    const uint8_t *bytes = network->first.bytes;
    return !(size == 16 ? bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80 : bytes[0] == 169 && bytes[1] == 254);
  }
  return 0;
}

static int dump_routes(int fd, uint8_t family, cp_network *list, int capacity) {
  struct {
    struct nlmsghdr header;
    struct rtmsg route;
  } question = {0};
  question.header.nlmsg_len = NLMSG_LENGTH(sizeof question.route);
  question.header.nlmsg_type = RTM_GETROUTE;
  question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  question.route.rtm_family = family;
  if (send(fd, &question, question.header.nlmsg_len, 0) < 0) return -errno;
  int count = 0;
  for (;;) {
    _Alignas(struct nlmsghdr) char answer[32768];
    ssize_t length = recv(fd, answer, sizeof answer, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return length < 0 ? -errno : -EIO;
    size_t left = (size_t)length;
    for (const struct nlmsghdr *each = (const struct nlmsghdr *)answer; NLMSG_OK(each, left); each = NLMSG_NEXT(each, left)) {
      if (each->nlmsg_type == NLMSG_DONE) return count;
      if (each->nlmsg_type == NLMSG_ERROR) return -EIO;
      if (count < capacity) count += read_route(each, &list[count]);
    }
  }
}

int cp_networks(cp_network *list, int capacity) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -errno;
  // The kernel answers at once, or something is very wrong.
  struct timeval limit = {.tv_sec = 1};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  int count = dump_routes(fd, AF_INET, list, capacity);
  if (count >= 0) {
    int more = dump_routes(fd, AF_INET6, list + count, capacity - count);
    if (more > 0) count += more;
  }
  close(fd);
  return count;
}

int cp_random(void *bytes, size_t count) {
  uint8_t *at = bytes;
  while (count > 0) {
    ssize_t got = getrandom(at, count, 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      return -errno;
    }
    at += got;
    count -= (size_t)got;
  }
  return 0;
}

void cp_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int cp_make_realtime(int priority) {
  struct sched_param parameter = {.sched_priority = priority};
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameter) == 0 ? 0 : 1;
}

int cp_poll(struct pollfd *fds, nfds_t count, int64_t nanoseconds) {
  struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  int ready = ppoll(fds, count, nanoseconds < 0 ? NULL : &time, NULL);
  return ready < 0 ? -errno : ready;
}

static socklen_t to_socket(const cp_address *address, struct sockaddr_storage *out) {
  memset(out, 0, sizeof *out);
  if (address->is_v6) {
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address->port);
    memcpy(&v6->sin6_addr, address->bytes, 16);
    return sizeof *v6;
  }
  struct sockaddr_in *v4 = (struct sockaddr_in *)out;
  v4->sin_family = AF_INET;
  v4->sin_port = htons(address->port);
  memcpy(&v4->sin_addr, address->bytes, 4);
  return sizeof *v4;
}

static void from_socket(const struct sockaddr_storage *in, cp_address *address) {
  memset(address, 0, sizeof *address);
  if (in->ss_family == AF_INET6) {
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)in;
    address->is_v6 = 1;
    address->port = ntohs(v6->sin6_port);
    memcpy(address->bytes, &v6->sin6_addr, 16);
  } else {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)in;
    address->port = ntohs(v4->sin_port);
    memcpy(address->bytes, &v4->sin_addr, 4);
  }
}

int cp_address_read(const void *socket_address, cp_address *address) {
  const struct sockaddr *header = socket_address;
  struct sockaddr_storage copy = {0};
  if (header->sa_family == AF_INET)
    memcpy(&copy, header, sizeof(struct sockaddr_in));
  else if (header->sa_family == AF_INET6)
    memcpy(&copy, header, sizeof(struct sockaddr_in6));
  else
    return -EAFNOSUPPORT;
  from_socket(&copy, address);
  return 0;
}

int cp_udp_open(const cp_address *local, int reports_errors) {
  int fd = socket(local->is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
  if (fd < 0) return -errno;
  // Without this an IPv6 socket would take the IPv4 port too.
  if (local->is_v6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (reports_errors) {
    if (local->is_v6)
      setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
    else
      setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
  }
  struct sockaddr_storage address;
  socklen_t length = to_socket(local, &address);
  if (bind(fd, (struct sockaddr *)&address, length) < 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

int cp_tcp_probe(const cp_address *local) {
  int fd = socket(local->is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  if (fd < 0) return -errno;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (local->is_v6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  struct sockaddr_storage address;
  socklen_t length = to_socket(local, &address);
  int result = bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, 1) < 0 ? -errno : 0;
  close(fd);
  return result;
}

int cp_local_address(int fd, cp_address *local) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &length) < 0) return -errno;
  from_socket(&address, local);
  return 0;
}

ssize_t cp_udp_send(int fd, const void *bytes, size_t count, const cp_address *to) {
  struct sockaddr_storage address;
  socklen_t length = to_socket(to, &address);
  ssize_t sent;
  do sent = sendto(fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&address, length);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

ssize_t cp_udp_receive(int fd, void *bytes, size_t capacity, cp_address *from) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  ssize_t got;
  do got = recvfrom(fd, bytes, capacity, MSG_DONTWAIT, (struct sockaddr *)&address, &length);
  while (got < 0 && errno == EINTR);
  if (got < 0) return -errno;
  from_socket(&address, from);
  return got;
}

void cp_udp_set_timed(int fd) {
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

ssize_t cp_udp_receive_timed(int fd, void *bytes, size_t capacity, cp_address *from, int64_t *age) {
  struct sockaddr_storage address;
  char control[CMSG_SPACE(sizeof(struct timespec)) + 64];
  struct iovec part = {bytes, capacity};
  struct msghdr message = {
      .msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
      .msg_controllen = sizeof control};
  ssize_t got;
  do got = recvmsg(fd, &message, MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got < 0) return -errno;
  from_socket(&address, from);
  *age = 0;
  for (struct cmsghdr *item = CMSG_FIRSTHDR(&message); item; item = CMSG_NXTHDR(&message, item)) {
    if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec stamp;
    memcpy(&stamp, CMSG_DATA(item), sizeof stamp);
    // The kernel stamps with the wall clock: only the difference is used, and one that a set clock made is none.
    int64_t difference = cp_wall_time() - ((int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec);
    if (difference > 0 && difference <= 1000000000) *age = difference;
  }
  return got;
}

void cp_udp_discard(int fd) {
  char byte;
  for (int count = 0; count < 1000; count++)
    if (recv(fd, &byte, 1, MSG_DONTWAIT | MSG_TRUNC) < 0 && errno != EINTR) return;
}

int cp_udp_next_error(int fd, cp_address *to) {
  struct sockaddr_storage destination = {0};
  char control[512];
  struct msghdr message = {
      .msg_name = &destination, .msg_namelen = sizeof destination, .msg_control = control, .msg_controllen = sizeof control};
  // Bounded, so that a storm of ICMP messages cannot hold the caller for ever.
  for (int tries = 0; tries < 64; tries++) {
    message.msg_controllen = sizeof control;
    message.msg_namelen = sizeof destination;
    if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
      int is_error = (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
                     (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR);
      if (!is_error || message.msg_namelen == 0) continue;
      struct sock_extended_err detail;
      memcpy(&detail, CMSG_DATA(part), sizeof detail);
      // A path that wants smaller datagrams (EMSGSIZE) is the kernel's business.
      if (detail.ee_errno == EMSGSIZE) continue;
      from_socket(&destination, to);
      return 1;
    }
  }
  return 0;
}

void cp_udp_set_priority(int fd, int dscp) {
  int value = dscp << 2;
  setsockopt(fd, IPPROTO_IP, IP_TOS, &value, sizeof value);
  setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &value, sizeof value);
}

int cp_source_address(const cp_address *peer, cp_address *local) {
  int fd = socket(peer->is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  struct sockaddr_storage address;
  cp_address target = *peer;
  if (target.port == 0) target.port = 9;
  socklen_t length = to_socket(&target, &address);
  int result = connect(fd, (struct sockaddr *)&address, length) < 0 ? -errno : cp_local_address(fd, local);
  close(fd);
  return result;
}

static int64_t now_ms(void) { return cp_monotonic_time() / 1000000; }

extern char **environ;

ssize_t cp_run_command(const char *command, int timeout_ms, char *output, size_t capacity) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own, so that what the shell started can be ended with it.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  char *arguments[] = {"sh", "-c", (char *)command, NULL};
  pid_t child;
  int error = posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[1]);
  if (error != 0) {
    close(ends[0]);
    return -error;
  }
  int64_t deadline = now_ms() + timeout_ms;
  ssize_t result = 0;
  for (;;) {
    int64_t left = deadline - now_ms();
    struct pollfd ready = {ends[0], POLLIN, 0};
    int count = left > 0 ? poll(&ready, 1, (int)left) : 0;
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      result = -ETIMEDOUT;
      break;
    }
    char spare;
    int is_full = (size_t)result == capacity;
    ssize_t got = is_full ? read(ends[0], &spare, 1) : read(ends[0], output + result, capacity - (size_t)result);
    if (got == 0) break;
    if (got < 0) {
      if (errno == EINTR) continue;
      result = -errno;
      break;
    }
    if (is_full) {
      result = -EMSGSIZE;
      break;
    }
    result += got;
  }
  close(ends[0]);
  int status = 0;
  if (result < 0) kill(-child, SIGKILL);
  for (;;) {
    pid_t ended = waitpid(child, &status, result < 0 ? 0 : WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) break;
    if (ended == 0) {
      // It closed its output and goes on: it gets the rest of its time.
      if (now_ms() >= deadline) {
        result = -ETIMEDOUT;
        kill(-child, SIGKILL);
        continue;
      }
      cp_sleep(5000000);
    }
  }
  if (result >= 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) return -ECHILD;
  return result;
}

static int unix_address(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) return -ENAMETOOLONG;
  strcpy(address->sun_path, path);
  return 0;
}

int cp_unix_connect(const char *path) {
  struct sockaddr_un address;
  int failure = unix_address(path, &address);
  if (failure) return failure;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    failure = -errno;
    close(fd);
    return failure;
  }
  return fd;
}

int cp_unix_listen(const char *path) {
  struct sockaddr_un address;
  int failure = unix_address(path, &address);
  if (failure) return failure;
  int other = cp_unix_connect(path);
  if (other >= 0) {
    close(other);
    return -EADDRINUSE;
  }
  unlink(path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || chmod(path, 0600) < 0 || listen(fd, 4) < 0) {
    failure = -errno;
    close(fd);
    return failure;
  }
  return fd;
}

int cp_unix_accept(int fd) {
  for (;;) {
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    if (peer < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return -errno;
    }
    struct ucred who;
    socklen_t length = sizeof who;
    if (getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 && who.uid == geteuid()) {
      struct timeval patience = {2, 0};
      setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
      return peer;
    }
    close(peer);
  }
}
