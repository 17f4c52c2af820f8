/* The epoll loop of the load generators; see loop.h. */
#define _GNU_SOURCE
#include "loop.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define IN_ROOM 65536

int loop_forgives;
static int poll_fd;
static struct sockaddr_in peer;
static struct connection *all;
static int count;

double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

void fail(const char *format, ...) {
  va_list list;
  va_start(list, format);
  vfprintf(stderr, format, list);
  va_end(list);
  fputc('\n', stderr);
  exit(1);
}

static void watch(struct connection *c, int how) {
  struct epoll_event event = { .events = EPOLLIN | (c->out_sent < c->out_used ? EPOLLOUT : 0), .data.ptr = c };
  if (epoll_ctl(poll_fd, how, c->fd, &event) < 0) fail("epoll_ctl: %s", strerror(errno));
}

void loop_start(const char *host, int port, int connections) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  peer.sin_family = AF_INET;
  peer.sin_port = htons(port);
  if (inet_pton(AF_INET, host, &peer.sin_addr) != 1) fail("not an address: %s", host);
  poll_fd = epoll_create1(0);
  count = connections;
  all = calloc(connections, sizeof *all);
  for (int i = 0; i < connections; i++) {
    all[i].number = i;
    all[i].fd = -1;
  }
}

struct connection *loop_connection(int number) { return &all[number]; }

void loop_open(struct connection *c) {
  int on = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) fail("socket: %s", strerror(errno));
  if (connect(c->fd, (struct sockaddr *)&peer, sizeof peer) < 0 && errno != EINPROGRESS)
    fail("connect to port %d: %s", ntohs(peer.sin_port), strerror(errno));
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!c->in) c->in = malloc(IN_ROOM);
  c->in_used = c->out_used = c->out_sent = 0;
  c->state = c->step = c->closing = 0;
  watch(c, EPOLL_CTL_ADD);
}

void loop_close(struct connection *c) { c->closing = 1; }

void loop_sleep(struct connection *c, double seconds) { c->wait_until = now() + seconds; }

static void flush(struct connection *c) {
  while (c->out_sent < c->out_used) {
    ssize_t sent = send(c->fd, c->out + c->out_sent, c->out_used - c->out_sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) break;
    if (sent < 0) fail("send: %s", strerror(errno));
    c->out_sent += sent;
  }
  if (c->out_sent == c->out_used) c->out_sent = c->out_used = 0;
}

void send_bytes(struct connection *c, const void *bytes, size_t length) {
  if (c->out_used + length > c->out_room) {
    c->out_room = (c->out_used + length) * 2;
    c->out = realloc(c->out, c->out_room);
  }
  memcpy(c->out + c->out_used, bytes, length);
  c->out_used += length;
}

void send_line(struct connection *c, const char *format, ...) {
  char line[1024];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(line, sizeof line - 2, format, list);
  va_end(list);
  memcpy(line + length, "\r\n", 2);
  send_bytes(c, line, length + 2);
}

static void close_now(struct connection *c) {
  close(c->fd);
  c->fd = -1;
  c->closing = 0;
  on_closed(c);
}

static void readable(struct connection *c) {
  ssize_t got = recv(c->fd, c->in + c->in_used, IN_ROOM - c->in_used, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0 && loop_forgives) { c->closing = 1; return; }
  if (got <= 0) fail("connection %d was closed by the server in state %d: %s", c->number, c->state, got ? strerror(errno) : "end of stream");
  c->in_used += got;
  char *start = c->in, *end = c->in + c->in_used, *stop;
  while (!c->closing && start < end && (stop = memchr(start, '\n', end - start))) {
    if (stop == start || stop[-1] != '\r') fail("a line without CR LF");
    stop[-1] = 0;
    on_line(c, start, stop - 1 - start);
    start = stop + 1;
  }
  c->in_used = end - start;
  memmove(c->in, start, c->in_used);
  if (c->in_used == IN_ROOM) fail("a line of more than %d bytes", IN_ROOM);
}

void loop_run(const int *finished) {
  struct epoll_event events[256];
  while (!*finished) {
    int ready = epoll_wait(poll_fd, events, 256, 20);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      int had_more = c->out_sent < c->out_used;
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(c);
      flush(c);
      if (c->closing) close_now(c);
      else if (had_more || c->out_sent < c->out_used) watch(c, EPOLL_CTL_MOD);
    }
    double time = now();
    for (int i = 0; i < count; i++) {
      if (all[i].wait_until == 0 || all[i].wait_until > time) continue;
      all[i].wait_until = 0;
      on_wake(&all[i]);
    }
  }
}

int loop_hold(long greeted) {
  printf("{\"greeted\":%ld}\n", greeted);
  fflush(stdout);
  while (getchar() != EOF) continue;
  long open = 0;
  for (int i = 0; i < count; i++) {
    char byte;
    if (all[i].fd >= 0 && recv(all[i].fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN) open++;
  }
  /* Those that never heard a greeting are open too, as far as the network goes. */
  printf("{\"open\":%ld}\n", open < greeted ? open : greeted);
  return 0;
}

const char *option_text(int argc, char **argv, const char *name, const char *otherwise) {
  for (int i = 1; i + 1 < argc; i += 2)
    if (!strcmp(argv[i], name)) return argv[i + 1];
  return otherwise;
}

long option(int argc, char **argv, const char *name, long otherwise) {
  const char *text = option_text(argc, argv, name, NULL);
  return text ? atol(text) : otherwise;
}
