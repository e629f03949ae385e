/* The floor under board-api: what its sockets and the kernel cost, and nothing else.

   The same bytes cross the same number of connections as with board-api, because they were recorded from it: for each event one
   request to the table, and one reply. Nothing is parsed but lengths and the id of the invocation; nothing is signed or encrypted.

   board FOLDER: in FOLDER are POST.request, POST.reply, GET.request and GET.reply. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 1 << 20 };

struct bytes {
    char *at;
    size_t length;
};

static char buffer[ROOM];
static char sending[ROOM];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static struct bytes file(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *opened = fopen(path, "rb");
    if (!opened) fail(path);
    struct bytes content = { malloc(ROOM), 0 };
    if (!content.at) fail("memory");
    content.length = fread(content.at, 1, ROOM, opened);
    fclose(opened);
    return content;
}

/* A connection to `address`, which is a number and a port, with or without a scheme. */
static int connection(const char *address) {
    const char *host = strstr(address, "://");
    host = host ? host + 3 : address;
    const char *colon = strchr(host, ':');
    char number[64] = { 0 };
    if (!colon || (size_t)(colon - host) >= sizeof number) fail("address");
    memcpy(number, host, (size_t)(colon - host));
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1)) };
    if (inet_pton(AF_INET, number, &to.sin_addr) != 1) fail("address");
    int opened = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (opened < 0 || connect(opened, (struct sockaddr *)&to, sizeof to)) fail("connect");
    setsockopt(opened, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return opened;
}

static void put(int to, const char *from, size_t length) {
    while (length) {
        ssize_t written = write(to, from, length);
        if (written <= 0) fail("write");
        from += written;
        length -= (size_t)written;
    }
}

/* Reads one answer whole into `buffer`, ended by a zero. False at the end of the connection. */
static int answer(int from) {
    size_t length = 0;
    for (;;) {
        ssize_t got = read(from, buffer + length, ROOM - 1 - length);
        if (got <= 0) return 0;
        length += (size_t)got;
        buffer[length] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        if (!end) continue;
        char *declared = strcasestr(buffer, "\r\ncontent-length:");
        size_t body = declared && declared < end ? strtoul(declared + 17, NULL, 10) : 0;
        if (length >= (size_t)(end - buffer) + 4 + body) return 1;
    }
}

int main(int count, char **given) {
    const char *runtime = getenv("AWS_LAMBDA_RUNTIME_API"), *table = getenv("AWS_ENDPOINT_URL");
    if (count != 2 || !runtime || !table) {
        fprintf(stderr, "board FOLDER, with AWS_LAMBDA_RUNTIME_API and AWS_ENDPOINT_URL\n");
        return 2;
    }
    struct bytes requests[2] = { file(given[1], "GET.request"), file(given[1], "POST.request") };
    struct bytes replies[2] = { file(given[1], "GET.reply"), file(given[1], "POST.reply") };
    int events = connection(runtime), items = connection(table);
    char next[256];
    int next_length = snprintf(next, sizeof next, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n", runtime);
    for (;;) {
        put(events, next, (size_t)next_length);
        if (!answer(events)) return 0;
        char id[64] = { 0 };
        char *header = strcasestr(buffer, "\r\nlambda-runtime-aws-request-id:");
        if (!header || sscanf(header + 32, " %63[0-9a-f-]", id) != 1) fail("no id");
        int is_post = strstr(buffer, "\"httpMethod\":\"POST\"") != NULL;
        put(items, requests[is_post].at, requests[is_post].length);
        if (!answer(items)) return 0;
        struct bytes reply = replies[is_post];
        int head = snprintf(sending, sizeof sending,
            "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
            id, runtime, reply.length);
        memcpy(sending + head, reply.at, reply.length);
        put(events, sending, (size_t)head + reply.length);
        if (!answer(events)) return 0;
    }
}
