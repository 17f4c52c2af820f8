/*
 * What both load generators share: connections on one epoll loop, each a dialogue of lines.
 * One thread, no pipelining: a command goes out when the reply to the last one has come in, as ordinary clients do it.
 * Whatever is not the expected reply ends the program: a refused message must never count as a fast one.
 */
#ifndef LOOP_H
#define LOOP_H
#include <stddef.h>

struct connection {
  int fd, number, state, step, closing;
  long item, done;                 /* what the dialogue works on, and how many it has finished */
  double wait_until;               /* > 0: asleep, wake() is called then */
  char *in, *out;
  size_t in_used, out_used, out_sent, out_room;
  void *more;
};

/* The dialogue, given by smtp.c and pop3.c. `line` has lost its CR LF. */
void on_line(struct connection *c, char *line, size_t length);
void on_closed(struct connection *c);
void on_wake(struct connection *c);

double now(void);                  /* seconds, the monotonic clock: the same for every process on this machine */
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void loop_start(const char *host, int port, int connections);
struct connection *loop_connection(int number);
void loop_open(struct connection *c);
void loop_close(struct connection *c);
void loop_sleep(struct connection *c, double seconds);
void loop_run(const int *finished);
int loop_hold(long greeted);        /* keeps the connections until standard input ends */
extern int loop_forgives;          /* a connection that the server closes is not an error */
void send_bytes(struct connection *c, const void *bytes, size_t length);
void send_line(struct connection *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
long option(int argc, char **argv, const char *name, long otherwise);
const char *option_text(int argc, char **argv, const char *name, const char *otherwise);
#endif
