// What glibc hides from Swift (it is imported without _GNU_SOURCE) and what C says in a line where Swift needs ten: event
// descriptors, real-time scheduling, sockets with their ancillary data, a command run with a time limit.
//
// Functions return a negative errno on failure unless they say otherwise, and never print.
#pragma once
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma clang assume_nonnull begin

// An address in network byte order as bytes, the port in host byte order.
typedef struct cp_address {
  uint8_t is_v6;
  uint8_t bytes[16];
  uint16_t port;
} cp_address;

// For what a real-time loop may call: Swift's compiler then accepts it in functions that are `@_noLocks`.
#define CP_REALTIME __attribute__((swift_attr("@_noLocks")))

// Both clocks in nanoseconds. (Which module owns `struct timespec` in Swift depends on what else is imported.)
CP_REALTIME int64_t cp_monotonic_time(void);
int64_t cp_wall_time(void);
// How long the machine has been suspended since it was started, in nanoseconds.
int64_t cp_suspended_time(void);
CP_REALTIME void cp_sleep(int64_t nanoseconds);
// Writes `2026-11-22T15:43:26Z` for seconds since 1970 and returns its length, 0 when it does not fit.
size_t cp_format_time(int64_t seconds, char *text, size_t capacity);
// When the file was last changed, in nanoseconds since 1970; 0 when there is none.
int64_t cp_file_time(const char *path);
// The permission bits of an open file.
int cp_file_mode(int fd);
// Reads a `struct sockaddr`; a negative errno when it is neither IPv4 nor IPv6.
int cp_address_read(const void *socket_address, cp_address *address);

// Descriptor that becomes readable when cp_event_signal was called since the last cp_event_drain.
int cp_event_open(void);
CP_REALTIME void cp_event_signal(int fd);
void cp_event_drain(int fd);

// A netlink socket that becomes readable when an address, a link or a route of this machine changes.
int cp_routes_open(void);
// Reads away what waits there; 1 when something did.
int cp_routes_drain(int fd);
// Becomes readable when the wall clock was set or the machine was resumed; to be armed again after each time.
int cp_clock_watch_open(void);
int cp_clock_watch_arm(int fd);
// From now on SIGCONT, the end of a stop by SIGSTOP or job control, signals this event descriptor; -1 ends that.
void cp_watch_continuation(int event_fd);
// The index of the interface through which the rest of the world is reached, by the routing table (IPv4 before IPv6), its name in
// `name` (16 bytes). 0 when there is no default route, a negative errno when the table cannot be read.
int cp_default_interface(char *name);
// Addresses of the interfaces that are up, without loopback and link-local ones: how many were written.
int cp_addresses(cp_address *list, int capacity);

// A network that a route of this machine leads to: its first address, and how many leading bits all of its addresses share.
typedef struct cp_network {
  cp_address first;
  uint8_t length;
} cp_network;

// The networks that the routing tables know, in all tables, without the default route, the host's own addresses and link-local
// ones; one may come twice. How many were written, or a negative errno.
int cp_networks(cp_network *list, int capacity);

// 0 when `count` bytes of the kernel's generator were written.
int cp_random(void *bytes, size_t count);

void cp_name_thread(const char *name);
// Puts the calling thread under SCHED_FIFO when the system allows it; else 1 is returned and all stays as it was.
int cp_make_realtime(int priority);

// poll() with nanoseconds; a negative time waits without end.
int cp_poll(struct pollfd *_Nullable fds, nfds_t count, int64_t nanoseconds);

// A bound, non-blocking UDP socket. With `reports_errors`, what ICMP says about earlier datagrams can be read with
// cp_udp_next_error.
int cp_udp_open(const cp_address *local, int reports_errors);
// 0 when a TCP socket could listen there; nothing is left behind.
int cp_tcp_probe(const cp_address *local);
int cp_local_address(int fd, cp_address *local);
ssize_t cp_udp_send(int fd, const void *bytes, size_t count, const cp_address *to);
ssize_t cp_udp_receive(int fd, void *bytes, size_t capacity, cp_address *from);
// From now on the kernel notes when each datagram arrived.
void cp_udp_set_timed(int fd);
// As above, for a socket that was given to cp_udp_set_timed; `age` becomes how long ago it arrived, in nanoseconds, one second at
// most.
ssize_t cp_udp_receive_timed(int fd, void *bytes, size_t capacity, cp_address *from, int64_t *age);
// Throws away what waits in a socket, a thousand datagrams at most.
void cp_udp_discard(int fd);
// 1 and the destination that an ICMP message speaks of, or 0 when there is none.
int cp_udp_next_error(int fd, cp_address *to);
void cp_udp_set_priority(int fd, int dscp);
// The local address from which the kernel would send to `peer`; nothing is sent.
int cp_source_address(const cp_address *peer, cp_address *local);

// Runs `command` with /bin/sh, standard input and standard error at /dev/null, and stores what it prints. Returns the number of
// bytes; -ETIMEDOUT after `timeout_ms` (its process group is killed), -EMSGSIZE for more than `capacity` bytes, -ECHILD for
// an exit status other than 0.
ssize_t cp_run_command(const char *command, int timeout_ms, char *output, size_t capacity);

// A listening socket at `path` that only this user reaches; a dead one of an earlier run is replaced, a live one is -EADDRINUSE.
int cp_unix_listen(const char *path);
int cp_unix_connect(const char *path);
// The next connection of this same user; others are closed unheard.
int cp_unix_accept(int fd);

#pragma clang assume_nonnull end
