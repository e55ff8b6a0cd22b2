/*
 * A buffer of bytes that begins again where it ends.
 *
 * One byte is never used, so that a full buffer can be told from an empty one.
 */
#ifndef RING_C
#define RING_C

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define RING_SIZE 4096
#define RING_NEXT(at) (((at) + 1) % RING_SIZE)

typedef enum {
    RING_OK,
    RING_FULL,
    RING_EMPTY,
} ring_status;

/* The buffer with the places where it is written and read. */
struct ring {
    unsigned char bytes[RING_SIZE];
    size_t head;
    size_t tail;
};

static const char *names[] = {
    [RING_OK] = "ok",
    [RING_FULL] = "full",
    [RING_EMPTY] = "empty",
};

const char *ring_name(ring_status status);

void ring_clear(struct ring *ring)
{
    memset(ring->bytes, 0, sizeof ring->bytes);
    ring->head = 0;
    ring->tail = 0;
}

/* Writes one byte. */
ring_status ring_put(struct ring *ring, unsigned char byte)
{
    size_t next = RING_NEXT(ring->head);

    if (next == ring->tail) {
        return RING_FULL;
    }
    ring->bytes[ring->head] = byte;
    ring->head = next;
    return RING_OK;
}

#ifdef RING_DEBUG
static void
ring_dump(const struct ring *ring, int (*print)(const char *, ...))
{
    for (size_t at = ring->tail; at != ring->head; at = RING_NEXT(at)) {
        print("%02x ", ring->bytes[at]);
    }
    print("\n%zu to %zu\n", ring->tail, ring->head);
}
#endif

const char *ring_name(ring_status status)
{
    if (status < RING_OK || status > RING_EMPTY) {
        return "none of them";
    }
    return names[status];
}

#endif
