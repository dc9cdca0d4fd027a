/* The floor: a server that does no work. It sends back what it receives, in batches, with the QR bit set. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, SIZE = 2048 };

static uint8_t packets[BATCH][SIZE];
static struct sockaddr_in peers[BATCH];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];

int main(int count, char **words) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int size = 4 << 20;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (count != 2 || fd < 0) return 2;
  address.sin_port = htons((uint16_t)atoi(words[1]));
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) return 1;
  for (int i = 0; i < BATCH; i++) {
    vectors[i].iov_base = packets[i];
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_name = &peers[i];
  }
  for (;;) {
    for (int i = 0; i < BATCH; i++) {
      vectors[i].iov_len = SIZE;
      messages[i].msg_hdr.msg_namelen = sizeof peers[i];
    }
    int received = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
    for (int i = 0; i < received; i++) {
      packets[i][2] |= 0x80;
      vectors[i].iov_len = messages[i].msg_len;
    }
    for (int sent = 0; sent < received;) {
      int now = sendmmsg(fd, messages + sent, (unsigned)(received - sent), 0);
      if (now <= 0) break;
      sent += now;
    }
  }
}
