/*
 * The floor: a server that does no work. It sends back what it receives, in batches, with the QR bit set. What goes to one
 * socket and lies side by side leaves as one message, which the kernel cuts up (UDP_SEGMENT, man 7 udp).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { BATCH = 64, SIZE = 2048, LONGEST_SEGMENT = 1000 };

struct control {
  struct cmsghdr header;
  uint16_t length;
} __attribute__((aligned(8)));

static uint8_t packets[BATCH][SIZE];
static struct sockaddr_in peers[BATCH];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];
static struct mmsghdr replies[BATCH];
static struct control controls[BATCH];

static int same_peer(int one, int other) {
  return peers[one].sin_port == peers[other].sin_port && peers[one].sin_addr.s_addr == peers[other].sin_addr.s_addr;
}

/* Where the packets end that go together with the first: all but the last are of one length. */
static int together(int first, int received) {
  size_t longest = vectors[first].iov_len;
  int end = first + 1;
  if (longest > LONGEST_SEGMENT) return end;
  while (end < received && vectors[end].iov_len <= longest && same_peer(first, end))
    if (vectors[end++].iov_len < longest) break;
  return end;
}

/* Puts packets into a reply. */
static void put(int place, int first, int end) {
  struct msghdr *reply = &replies[place].msg_hdr;
  reply->msg_name = &peers[first];
  reply->msg_namelen = sizeof peers[first];
  reply->msg_iov = &vectors[first];
  reply->msg_iovlen = (size_t)(end - first);
  reply->msg_control = end - first > 1 ? &controls[place] : NULL;
  reply->msg_controllen = end - first > 1 ? sizeof controls[place] : 0;
  controls[place].length = (uint16_t)vectors[first].iov_len;
}

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
    controls[i].header.cmsg_len = CMSG_LEN(sizeof controls[i].length);
    controls[i].header.cmsg_level = IPPROTO_UDP;
    controls[i].header.cmsg_type = UDP_SEGMENT;
  }
  for (;;) {
    int queued = 0;
    for (int i = 0; i < BATCH; i++) {
      vectors[i].iov_len = SIZE;
      messages[i].msg_hdr.msg_namelen = sizeof peers[i];
    }
    int received = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
    for (int i = 0; i < received; i++) {
      packets[i][2] |= 0x80;
      vectors[i].iov_len = messages[i].msg_len;
    }
    for (int first = 0; first < received;) {
      int end = together(first, received);
      put(queued++, first, end);
      first = end;
    }
    for (int sent = 0; sent < queued;) {
      int now = sendmmsg(fd, replies + sent, (unsigned)(queued - sent), 0);
      if (now <= 0) break;
      sent += now;
    }
  }
}
