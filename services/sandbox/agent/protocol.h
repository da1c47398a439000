/*
 * What host and agent say to each other: frames on one byte stream. All numbers are little-endian.
 *
 *   u32 length of the payload | u8 type | u32 channel | payload
 *
 * A channel is a process or a connection. Nobody sends more on a stream of a channel than the other side has given
 * credit for, so a reader that stalls holds back its own process and nothing else. The host side of this is
 * src/agent/frames.ts.
 */
#ifndef HOLDFAST_PROTOCOL_H
#define HOLDFAST_PROTOCOL_H

#define PROTOCOL_VERSION 1
#define HEADER_BYTES 9
#define DATA_BYTES (32 * 1024)
/* Arguments and environment together; the kernel takes 2 MiB. */
#define FRAME_BYTES (4 * 1024 * 1024)
#define INPUT_CREDIT (64 * 1024)
#define OUTPUT_CREDIT (256 * 1024)
/* Channels that the agent opens (accepted connections) have this bit set. */
#define AGENT_CHANNEL 0x80000000u

enum host_frame {
  /* u32 flags, u16 columns, u16 rows, u32 uid, u32 gid, u32 count of limits, each u32 resource u64 soft u64 hard;
     cwd NUL; u32 argc, each argument NUL; u32 count of the environment, each entry NUL */
  SPAWN = 1,
  INPUT = 2,
  INPUT_END = 3,
  RESIZE = 4, /* u16 columns, u16 rows */
  SIGNAL = 5, /* u32 signal, to the process */
  KILL = 6,   /* SIGKILL to the process and all that came of it */
  CREDIT = 7, /* u8 stream (1 stdout or connection, 2 stderr), u32 bytes */
  CONNECT = 8, /* u16 port on 127.0.0.1 */
  LISTEN = 9,  /* u16 port on 127.0.0.1 */
  CLOSE = 10,
  PING = 11,
  RESET = 12, /* forget and end every channel: a new host has taken over */
  ADOPT = 13, /* forget every channel, but let the processes go on: a new host has taken over; bytes to be said back */
  LEAVE = 14, /* give up the link between two frames: another one follows, and what runs goes on meanwhile */
};

enum agent_frame {
  HELLO = 64, /* u32 version, u32 uid */
  STARTED = 65, /* u32 pid */
  FAILED = 66, /* u32 errno, u8 stage */
  OUTPUT = 67, /* u8 stream, bytes */
  OUTPUT_END = 68, /* u8 stream */
  EXITED = 69, /* u32 wait status */
  INPUT_CREDIT_BACK = 70, /* u32 bytes */
  CONNECTED = 71,
  LISTENING = 72,
  ACCEPTED = 73, /* u32 channel of the new connection */
  CLOSED = 74, /* u32 errno, 0 for an orderly end */
  PONG = 75,
  ADOPTED = 76, /* the bytes of ADOPT; HELLO follows. A host that comes in amid a frame finds its place by them */
  LEFT = 77, /* the last frame on this link */
};

enum spawn_flag { SPAWN_PTY = 1, SPAWN_INPUT = 2, SPAWN_END_TREE = 4 };
enum stage { STAGE_RESOURCES = 1, STAGE_CWD = 2, STAGE_EXEC = 3, STAGE_USER = 4, STAGE_PTY = 5 };

#endif
