#include "probe.h"

static const struct attempt ATTEMPTS[] = {
    {"call", call},         {"legacy", legacy},           {"clone", clone_with},   {"clone3", clone3_with},
    {"read", read_path},    {"write", write_path},        {"chain", chain},        {"swap", swap},
    {"dial", dial},         {"hold", hold},               {"connections", connections},
    {"forks", forks},       {"threads", threads},         {"descriptors", descriptors},
    {"memory", memory},     {"fill", fill},               {"inodes", inodes},      {"spin", spin},
    {"identity", identity}, {"crash", crash},             {"type", type_into_terminal},
    {"handle", reopen_handle},
};

__attribute__((used)) void begin(long *stack) {
  int argc = (int)stack[0];
  char **argv = (char **)(stack + 1);
  for (size_t i = 0; argc > 1 && i < sizeof ATTEMPTS / sizeof *ATTEMPTS; i++) {
    if (!equal(argv[1], ATTEMPTS[i].name)) continue;
    ATTEMPTS[i].run(argc - 2, argv + 2);
    quit(0);
  }
  static const char unknown[] = "probe: there is no such attempt\n";
  write_all(2, unknown, sizeof unknown - 1);
  quit(125);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n hlt\n");
#else
__asm__(".globl _start\n_start:\n mov x29, #0\n mov x30, #0\n mov x0, sp\n bl begin\n brk #0\n");
#endif
