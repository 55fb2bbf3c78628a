/* SPDX-License-Identifier: Apache-2.0 */

#include "fuzz.h"
#include "memory.h"

#define MARK 0x6D656D6F72796D65ull
#define UNSET 0xA5

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
/* A sanitizer wants nothing behind the end. */
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define GUARD 0
#else
#define GUARD 16
#endif

typedef struct block {
    unsigned long long mark;
    size_t size;
} block;

void *__wrap_apr_palloc(apr_pool_t *pool, apr_size_t size);

static apr_status_t release(void *data)
{
    block *b = data;
    const unsigned char *behind = (unsigned char *)(b + 1) + b->size;
    int i;

    for (i = 0; i < GUARD; i++) {
        if (behind[i] != UNSET) {
            BREAKS("written beyond the end of a block of %lu bytes",
                   (unsigned long)b->size);
        }
    }
    b->mark = 0;
    free(b);
    return APR_SUCCESS;
}

/* The linker gives it the place of apr_palloc(). */
void *__wrap_apr_palloc(apr_pool_t *pool, apr_size_t size)
{
    block *b = malloc(sizeof(*b) + size + GUARD);

    if (!b) {
        abort();
    }
    b->mark = MARK;
    b->size = size;
    memset(b + 1, UNSET, size + GUARD);
    apr_pool_cleanup_register(pool, b, release, apr_pool_cleanup_null);
    return b + 1;
}

apr_size_t memory_size(const void *text)
{
    const block *b = (const block *)text - 1;

    return b->mark == MARK ? b->size : 0;
}
