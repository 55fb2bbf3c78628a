/* SPDX-License-Identifier: Apache-2.0 */

/* Eight threads that map by one map and write into the memory that all
 * processes share, to be built with -fsanitize=thread (make tsan).  No event is
 * lost, and no text is read that was never written. */

#include "fixture.h"

#include "revmap/httpd/shared.h"

#include "apr_thread_proc.h"

#define THREADS 8
#define ROUNDS 3000
#define CLOCK 8 /* seconds: nobody is taken for dead */

static const setting site = {
    .lines = {"/p/ http://b.test:8080/app/", "/q/ http://c.test/"},
    .requested = "http://b.test:8080/app/x",
    .asked = "https://pub.test/p/x",
};

static world w;
static volatile apr_uint32_t wrong;

static const char *text_of(unsigned int number)
{
    static const char *const texts[] = {
        "short", "a text that is a good deal longer than the other one"};

    return texts[number & 1];
}

static int is_text(const char *text)
{
    return !text || !strcmp(text, text_of(0)) || !strcmp(text, text_of(1));
}

static void count(apr_pool_t *pool, unsigned int number)
{
    const char *name = number & 1 ? "Location" : "Link";
    apr_uint64_t hash = revmap_hash(REVMAP_HASH_SEED, name, strlen(name));
    apr_uint32_t time;
    const char *found_name;
    unsigned int found =
        revmap_name_number(revmap_memory->headers, REVMAP_HEADERS, hash, name);
    revmap_shard *shard = &revmap_memory->shards[number % REVMAP_SHARDS];

    revmap_cell_add(&shard->events[0], 1);
    revmap_text_set(&revmap_memory->last[0], number % CLOCK, text_of(number));
    found_name = revmap_name_text(pool, &revmap_memory->headers[found]);
    if (!is_text(revmap_text_get(pool, &revmap_memory->last[0], &time))
        || (*found_name && strcmp(found_name, name))) {
        apr_atomic_inc32(&wrong);
    }
}

static void *APR_THREAD_FUNC run(apr_thread_t *thread, void *data)
{
    revmap_slice value = REVMAP_LITERAL("http://b.test:8080/app/y?z");
    revmap_result result;
    unsigned int i;

    for (i = 0; i < ROUNDS; i++) {
        apr_pool_t *pool;

        apr_pool_create(&pool, NULL);
        revmap_evaluate(&w.exchange, value, REVMAP_USE_REDIRECT, pool, &result);
        if (result.reason != REVMAP_MAPPED
            || strcmp(revmap_slice_join(pool, result.part, result.parts),
                      "/p/y?z")) {
            apr_atomic_inc32(&wrong);
        }
        count(pool, i);
        apr_pool_destroy(pool);
    }
    return NULL;
}

static apr_uint64_t events(void)
{
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; i < REVMAP_SHARDS; i++) {
        sum += revmap_cell_read(&revmap_memory->shards[i].events[0]);
    }
    return sum;
}

int main(void)
{
    apr_thread_t *thread[THREADS];
    apr_pool_t *pool = new_pool();
    apr_status_t status;
    int i;

    w = world_of(&site);
    ok(revmap_shared_open(pool) == APR_SUCCESS, "there is shared memory");
    for (i = 0; i < THREADS; i++) {
        if (apr_thread_create(&thread[i], NULL, run, NULL, pool)) {
            abort();
        }
    }
    for (i = 0; i < THREADS; i++) {
        apr_thread_join(&status, thread[i]);
    }
    ok(events() == THREADS * ROUNDS, "no event is lost");
    ok(!wrong, "each value and each text is whole");
    return done_testing();
}
