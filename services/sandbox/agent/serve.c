#include "serve.h"

#include "protocol.h"
#include "spawn.h"

#define POLLIN 1
#define POLLOUT 4
#define POLLERR 8
#define POLLHUP 16
#define AF_INET 2
#define SOCK_STREAM 1
#define SOL_SOCKET 1
#define SO_REUSEADDR 2
#define SO_ERROR 4
#define SHUT_WR 1
#define CHANNELS 1024
#define TIOCSWINSZ 0x5414

struct poll_fd {
  int fd;
  short events, revents;
};

struct address {
  u16 family, port;
  u32 host;
  u8 zero[8];
};

enum kind { FREE, PROCESS, CONNECTING, CONNECTION, LISTENER };

struct channel {
  enum kind kind;
  u32 id;
  int input, output, error; /* a connection has one descriptor, in output */
  int report, status;
  int supervisor, pid;
  bool failed, pty;
  bool orphan; /* of a host that is gone: it goes on, and nobody is told of it */
  i64 output_credit, error_credit;
  u8 *pending; /* input that could not be written yet: at most INPUT_CREDIT */
  u32 pending_bytes, written;
  bool input_end, output_ended;
};

bool among_others;
static struct channel channels[CHANNELS];
static int link_in, link_out;
static bool link_lost;
static u32 next_accepted = AGENT_CHANNEL;
static u8 frame[HEADER_BYTES + 1 + DATA_BYTES];

static void send(u8 type, u32 channel, u32 bytes) {
  memcpy(frame, &bytes, 4);
  frame[4] = type;
  memcpy(frame + 5, &channel, 4);
  if (!link_lost && write_all(link_out, frame, HEADER_BYTES + bytes) < 0) link_lost = true;
}

static void send_word(u8 type, u32 channel, u32 word) {
  memcpy(frame + HEADER_BYTES, &word, 4);
  send(type, channel, 4);
}

static void send_byte(u8 type, u32 channel, u8 byte) {
  frame[HEADER_BYTES] = byte;
  send(type, channel, 1);
}

static struct channel *find(u32 id) {
  for (size_t i = 0; i < CHANNELS; i++)
    if (channels[i].kind != FREE && !channels[i].orphan && channels[i].id == id) return &channels[i];
  return NULL;
}

static struct channel *take(u32 id, enum kind kind) {
  for (size_t i = 0; i < CHANNELS; i++) {
    if (channels[i].kind != FREE) continue;
    channels[i] = (struct channel){.kind = kind, .id = id, .input = -1, .output = -1, .error = -1, .report = -1,
                                   .status = -1, .output_credit = OUTPUT_CREDIT, .error_credit = OUTPUT_CREDIT};
    return &channels[i];
  }
  return NULL;
}

static void shut(int *fd) {
  close_fd(*fd);
  *fd = -1;
}

static void discard(struct channel *c) {
  shut(&c->input);
  shut(&c->output);
  shut(&c->error);
  shut(&c->report);
  shut(&c->status);
  release(c->pending, INPUT_CREDIT);
  c->pending = NULL;
  c->kind = FREE;
}

static void failed(u32 id, long error, u8 stage) {
  u32 number = (u32)-error;
  memcpy(frame + HEADER_BYTES, &number, 4);
  frame[HEADER_BYTES + 4] = stage;
  send(FAILED, id, 5);
}

/* A process has ended for the host once it has gone and its output has been read to the end. */
static void settle(struct channel *c) {
  if (c->kind != PROCESS || c->status >= 0 || c->report >= 0) return;
  if (!c->failed && (c->output >= 0 || c->error >= 0)) return;
  discard(c);
}

/* --- what the host asks for --- */

static const char *text_in(const u8 *payload, u32 bytes, u32 *at) {
  u32 from = *at;
  while (*at < bytes && payload[*at]) (*at)++;
  if (*at >= bytes) return NULL;
  (*at)++;
  return (const char *)payload + from;
}

static char **texts_in(const u8 *payload, u32 bytes, u32 *at, char ***room) {
  u32 count;
  if (*at + 4 > bytes) return NULL;
  memcpy(&count, payload + *at, 4);
  *at += 4;
  char **list = *room;
  for (u32 i = 0; i < count; i++) {
    const char *text = text_in(payload, bytes, at);
    if (!text) return NULL;
    list[i] = (char *)text;
  }
  list[count] = NULL;
  *room = list + count + 1;
  return list;
}

static void start_process(u32 id, const u8 *payload, u32 bytes) {
  struct command command;
  if (bytes < 24) return failed(id, -EINVAL, STAGE_RESOURCES);
  memcpy(&command.flags, payload, 4);
  memcpy(&command.columns, payload + 4, 2);
  memcpy(&command.rows, payload + 6, 2);
  memcpy(&command.uid, payload + 8, 4);
  memcpy(&command.gid, payload + 12, 4);
  memcpy(&command.limit_count, payload + 16, 4);
  command.limits = payload + 20;
  u32 at = 20 + command.limit_count * 20;
  /* Every text takes at least its NUL, so there are never more than bytes of them. */
  size_t room_bytes = ((size_t)bytes + 4) * sizeof(char *);
  char **room = allocate(room_bytes), **next = room;
  struct channel *c = take(id, PROCESS);
  long error = !room ? -ENOMEM : !c ? -EMFILE : command.limit_count > 16 || at >= bytes ? -EINVAL : 0;
  if (!error) {
    command.cwd = text_in(payload, bytes, &at);
    command.argv = command.cwd ? texts_in(payload, bytes, &at, &next) : NULL;
    command.env = command.argv ? texts_in(payload, bytes, &at, &next) : NULL;
    if (!command.env || !command.argv[0]) error = -EINVAL;
  }
  struct spawned spawned;
  if (!error) error = spawn(&command, &spawned);
  release(room, room_bytes);
  if (error) {
    if (c) discard(c);
    return failed(id, error, STAGE_RESOURCES);
  }
  c->pty = command.flags & SPAWN_PTY;
  c->supervisor = spawned.supervisor;
  c->input = spawned.input;
  c->output = spawned.output;
  c->error = spawned.error;
  c->report = spawned.report;
  c->status = spawned.status;
  if (c->input >= 0) set_nonblocking(c->input, true);
}

static int loopback_socket(struct address *to, u16 port) {
  *to = (struct address){.family = AF_INET, .port = (u16)(port << 8 | port >> 8), .host = 0x0100007f};
  return (int)CALL3(__NR_socket, AF_INET, SOCK_STREAM | O_CLOEXEC | O_NONBLOCK, 0);
}

static void open_connection(u32 id, u16 port) {
  struct address to;
  int fd = loopback_socket(&to, port);
  long error = fd < 0 ? fd : CALL3(__NR_connect, fd, &to, sizeof to);
  struct channel *c = error == 0 || error == -EINPROGRESS ? take(id, CONNECTING) : NULL;
  if (c) {
    c->output = fd;
    return;
  }
  close_fd(fd);
  send_word(CLOSED, id, error == 0 || error == -EINPROGRESS ? EMFILE : (u32)-error);
}

static void open_listener(u32 id, u16 port) {
  struct address at;
  int fd = loopback_socket(&at, port), one = 1;
  long error = fd < 0 ? fd : CALL5(__NR_setsockopt, fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (!error) error = CALL3(__NR_bind, fd, &at, sizeof at);
  if (!error) error = CALL2(__NR_listen, fd, 128);
  struct channel *c = error ? NULL : take(id, LISTENER);
  if (!c) {
    close_fd(fd);
    return send_word(CLOSED, id, error ? (u32)-error : EMFILE);
  }
  c->output = fd;
  send(LISTENING, id, 0);
}

static void flush_input(struct channel *c) {
  int fd = c->kind == PROCESS ? c->input : c->output;
  while (c->pending_bytes && fd >= 0) {
    long put = write_fd(fd, c->pending, c->pending_bytes);
    if (put == -EAGAIN) break;
    /* Nobody reads any more: what is left is lost with the reader, and gives its credit back. */
    u32 gone = put < 0 ? c->pending_bytes : (u32)put;
    memmove(c->pending, c->pending + gone, c->pending_bytes - gone);
    c->pending_bytes -= gone;
    c->written += gone;
  }
  if (c->written >= INPUT_CREDIT / 2 || (c->written && !c->pending_bytes)) {
    send_word(INPUT_CREDIT_BACK, c->id, c->written);
    c->written = 0;
  }
  if (!c->pending_bytes && c->input_end) {
    c->input_end = false;
    if (c->kind == CONNECTION) CALL2(__NR_shutdown, c->output, SHUT_WR);
    else shut(&c->input);
  }
}

static void take_input(struct channel *c, const u8 *bytes, u32 count) {
  if (c->kind == PROCESS && c->input < 0) {
    send_word(INPUT_CREDIT_BACK, c->id, count);
    return;
  }
  if (!c->pending) c->pending = allocate(INPUT_CREDIT);
  /* A host that sends more than its credit is broken, or somebody else. */
  if (!c->pending || c->pending_bytes + count > INPUT_CREDIT) quit(1);
  memcpy(c->pending + c->pending_bytes, bytes, count);
  c->pending_bytes += count;
  if (c->kind != CONNECTING) flush_input(c);
}

static void end_process(struct channel *c) {
  if (c->kind != PROCESS || c->status < 0) return;
  /* A command of the same user may have stopped its supervisor, and stop it again as long as it runs itself. */
  stop_descendants(c->supervisor);
  CALL2(__NR_kill, c->supervisor, SIGUSR1);
  CALL2(__NR_kill, c->supervisor, SIGCONT);
}

void end_channels(void) {
  for (size_t i = 0; i < CHANNELS; i++) {
    if (channels[i].kind == FREE) continue;
    end_process(&channels[i]);
    discard(&channels[i]);
  }
}

static void greet(void) {
  u32 hello[2] = {PROTOCOL_VERSION, (u32)CALL0(__NR_geteuid)};
  memcpy(frame + HEADER_BYTES, hello, sizeof hello);
  send(HELLO, 0, sizeof hello);
}

/* Processes go on and what they say is thrown away: the host that knew them is not the one that is there now. */
static void adopt(const u8 *mark, u32 bytes) {
  for (size_t i = 0; i < CHANNELS; i++) {
    struct channel *c = &channels[i];
    if (c->kind == FREE || c->orphan) continue;
    if (c->kind != PROCESS) {
      discard(c);
      continue;
    }
    c->orphan = true;
    c->output_credit = c->error_credit = DATA_BYTES;
    c->pending_bytes = 0;
    shut(&c->input);
  }
  memcpy(frame + HEADER_BYTES, mark, bytes);
  send(ADOPTED, 0, bytes);
  greet();
}

static u32 word_at(const u8 *payload) {
  u32 word;
  memcpy(&word, payload, 4);
  return word;
}

static u16 half_at(const u8 *payload) { return (u16)(payload[0] | payload[1] << 8); }

static void obey(u8 type, u32 id, const u8 *payload, u32 bytes) {
  if (type == SPAWN) return start_process(id, payload, bytes);
  if (type == CONNECT && bytes >= 2) return open_connection(id, half_at(payload));
  if (type == LISTEN && bytes >= 2) return open_listener(id, half_at(payload));
  if (type == PING) return send(PONG, id, 0);
  if (type == RESET) return end_channels();
  if (type == LEAVE) {
    send(LEFT, id, 0);
    link_lost = true;
    return;
  }
  if (type == ADOPT && bytes <= DATA_BYTES) return adopt(payload, bytes);
  /* What is said of a channel that has just ended is late, not wrong. */
  struct channel *c = find(id);
  if (!c) return;
  if (type == INPUT) take_input(c, payload, bytes);
  if (type == INPUT_END) {
    c->input_end = true;
    if (c->kind != CONNECTING) flush_input(c);
  }
  if (type == RESIZE && bytes >= 4 && c->pty && c->output >= 0) {
    u16 size[4] = {half_at(payload + 2), half_at(payload), 0, 0};
    CALL3(__NR_ioctl, c->output, TIOCSWINSZ, size);
  }
  if (type == SIGNAL && bytes >= 4 && c->kind == PROCESS && c->pid > 0 && c->status >= 0)
    CALL2(__NR_kill, c->pid, word_at(payload));
  if (type == KILL) end_process(c);
  if (type == CREDIT && bytes >= 5) {
    if (payload[0] == 1) c->output_credit += word_at(payload + 1);
    else c->error_credit += word_at(payload + 1);
  }
  if (type == CLOSE && c->kind != PROCESS) discard(c);
}

/* --- what happens inside --- */

static void forward(struct channel *c, int *fd, u8 stream, i64 *credit) {
  u32 most = *credit < DATA_BYTES ? (u32)*credit : DATA_BYTES;
  frame[HEADER_BYTES] = stream;
  long got = read_fd(*fd, frame + HEADER_BYTES + 1, most);
  if (got == -EAGAIN) return;
  if (got > 0 && c->orphan) return;
  if (got > 0) {
    *credit -= got;
    return send(OUTPUT, c->id, 1 + (u32)got);
  }
  /* The master of a terminal fails with EIO when the last process has closed it. */
  if (!c->orphan) send_byte(OUTPUT_END, c->id, stream);
  if (c->kind == PROCESS) shut(fd);
  else c->output_ended = true;
}

static void report(struct channel *c) {
  u32 record[2];
  if (read_all(c->report, record, sizeof record) != sizeof record) return shut(&c->report);
  if (record[0] == 0) {
    c->pid = (int)record[1];
    return;
  }
  c->failed = true;
  if (!c->orphan) failed(c->id, -(long)record[1], (u8)record[0]);
}

static void started(struct channel *c) {
  if (!c->failed && c->pid > 0 && !c->orphan) send_word(STARTED, c->id, (u32)c->pid);
}

static void ended(struct channel *c) {
  u32 status;
  bool told = read_all(c->status, &status, sizeof status) == sizeof status;
  shut(&c->status);
  if (c->failed) return;
  if (!told) {
    /* Whoever killed the supervisor has got away from it: the sandbox is not left with strays. */
    int ignored;
    if (among_others) end_descendants(0, &ignored);
    else CALL2(__NR_kill, -1, SIGKILL);
    status = SIGKILL;
  }
  if (!c->orphan) send_word(EXITED, c->id, status);
}

static void accept_connection(struct channel *listener) {
  int fd = (int)CALL4(__NR_accept4, listener->output, 0, 0, O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return;
  u32 id = next_accepted;
  next_accepted = (next_accepted + 1) | AGENT_CHANNEL;
  struct channel *c = take(id, CONNECTION);
  if (!c) return close_fd(fd);
  c->output = fd;
  send_word(ACCEPTED, listener->id, id);
}

static void connected(struct channel *c) {
  int error = 0, size = sizeof error;
  CALL5(__NR_getsockopt, c->output, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) {
    send_word(CLOSED, c->id, (u32)error);
    return discard(c);
  }
  c->kind = CONNECTION;
  send(CONNECTED, c->id, 0);
  flush_input(c);
}

struct watched {
  struct channel *channel;
  u32 id;
  enum { INPUT_FD, OUTPUT_FD, ERROR_FD, REPORT_FD, STATUS_FD } role;
};

static struct poll_fd polled[4 * CHANNELS + 2];
static struct watched watched[4 * CHANNELS + 2];
static size_t polled_count;

static void watch(struct channel *c, int fd, short events, int role) {
  polled[polled_count] = (struct poll_fd){fd, events, 0};
  watched[polled_count++] = (struct watched){c, c ? c->id : 0, role};
}

static void collect_watched(void) {
  for (size_t i = 0; i < CHANNELS; i++) {
    struct channel *c = &channels[i];
    if (c->kind == FREE) continue;
    if (c->kind == PROCESS) {
      if (c->report >= 0) {
        watch(c, c->report, POLLIN, REPORT_FD);
        continue;
      }
      if (c->status >= 0) watch(c, c->status, POLLIN, STATUS_FD);
      if (c->input >= 0 && c->pending_bytes) watch(c, c->input, POLLOUT, INPUT_FD);
      if (c->output >= 0 && c->output_credit > 0) watch(c, c->output, POLLIN, OUTPUT_FD);
      if (c->error >= 0 && c->error_credit > 0) watch(c, c->error, POLLIN, ERROR_FD);
    } else if (c->kind == CONNECTING) {
      watch(c, c->output, POLLOUT, OUTPUT_FD);
    } else {
      bool wanted = c->output_credit > 0 && !c->output_ended;
      short events = (wanted ? POLLIN : 0) | (c->pending_bytes ? POLLOUT : 0);
      if (events) watch(c, c->output, events, OUTPUT_FD);
    }
  }
}

static void happen(struct channel *c, int role, short events) {
  if (role == REPORT_FD) {
    report(c);
    if (c->report < 0) started(c);
  } else if (role == STATUS_FD) {
    ended(c);
  } else if (role == INPUT_FD) {
    flush_input(c);
  } else if (role == ERROR_FD) {
    forward(c, &c->error, 2, &c->error_credit);
  } else if (c->kind == PROCESS) {
    forward(c, &c->output, 1, &c->output_credit);
  } else if (c->kind == LISTENER) {
    accept_connection(c);
  } else if (c->kind == CONNECTING) {
    connected(c);
  } else {
    if (events & POLLOUT) flush_input(c);
    if (c->output_credit > 0 && !c->output_ended && events & (POLLIN | POLLHUP | POLLERR))
      forward(c, &c->output, 1, &c->output_credit);
  }
  settle(c);
}

/* Reads what has come and obeys every frame that is whole. False when the host has gone. */
static bool listen_to_host(u8 *buffer, size_t *have) {
  long got = read_fd(link_in, buffer + *have, HEADER_BYTES + FRAME_BYTES - *have);
  if (got == -EAGAIN) return true;
  if (got <= 0) return false;
  *have += (size_t)got;
  size_t at = 0;
  while (*have - at >= HEADER_BYTES) {
    u32 bytes = word_at(buffer + at);
    if (bytes > FRAME_BYTES) quit(1);
    if (*have - at < HEADER_BYTES + bytes) break;
    obey(buffer[at + 4], word_at(buffer + at + 5), buffer + at + HEADER_BYTES, bytes);
    at += HEADER_BYTES + bytes;
  }
  memmove(buffer, buffer + at, *have - at);
  *have -= at;
  return true;
}

void serve(int in, int out, int signals) {
  link_in = in;
  link_out = out;
  u8 *buffer = allocate(HEADER_BYTES + FRAME_BYTES);
  size_t have = 0;
  if (!buffer) quit(1);
  link_lost = false;
  greet();
  for (;;) {
    polled_count = 0;
    watch(NULL, link_in, POLLIN, 0);
    watch(NULL, signals, POLLIN, 0);
    collect_watched();
    long ready = CALL5(__NR_ppoll, polled, polled_count, 0, 0, 0);
    if (ready < 0 && ready != -EINTR) quit(1);
    /* The channels first: a frame of the host may end one that has news. */
    for (size_t i = 2; i < polled_count; i++)
      if (polled[i].revents && watched[i].channel->kind != FREE && watched[i].channel->id == watched[i].id)
        happen(watched[i].channel, watched[i].role, polled[i].revents);
    if (polled[1].revents) {
      u8 information[128];
      read_fd(signals, information, sizeof information);
      int status;
      while (wait_for(-1, &status, WNOHANG) > 0) {
      }
    }
    /* First what the host says: nothing may be read of a process once the link is given up. */
    bool is_here = !polled[0].revents || listen_to_host(buffer, &have);
    if (link_lost || !is_here) {
      release(buffer, HEADER_BYTES + FRAME_BYTES);
      return;
    }
  }
}

void serve_each(int listener, int signals) {
  for (;;) {
    int host = (int)CALL4(__NR_accept4, listener, 0, 0, O_CLOEXEC);
    if (host >= 0) serve(host, host, signals);
    close_fd(host);
  }
}
