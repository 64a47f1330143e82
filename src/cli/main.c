#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/cli_priv.h"

/* A closed standard descriptor would be taken by the next file that is opened, and data written into it. The wrong direction
 * is on purpose: using it stays an error. */
static void hold_standard_descriptors(void) {
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv) {
  hold_standard_descriptors();
  /* A closed pipe and a file over the user's size limit are then failed writes, which are reported, not sudden ends. */
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  return th_cli__main(argc, argv);
}
