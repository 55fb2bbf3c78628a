/* SPDX-License-Identifier: Apache-2.0 */

/* Requests in several threads while a map file is replaced again and again, to
 * be built with -fsanitize=thread (make tsan).  Each request finds a whole map,
 * of one version, as long as it holds it. */

#include "revmap/httpd/file_map.h"

#include "apr_atomic.h"
#include "apr_strings.h"
#include "apr_thread_proc.h"
#include "http_log.h"

#include "tap.h"

#include <unistd.h>

/* ---- what httpd and the rest of the module are here --------------------- */

module AP_MODULE_DECLARE_DATA revmap_module;

int revmap_is_server_name(const server_rec *server, const revmap_origin *host)
{
    return 1;
}

/* The parentheses keep the macro of that name out of it. */
AP_DECLARE(int)(ap_get_server_module_loglevel)(const server_rec *s, int index)
{
    return APLOG_EMERG;
}

AP_DECLARE(void)
(ap_log_error_)(const char *file, int line, int index, int level,
                apr_status_t status, const server_rec *s, const char *format,
                ...)
{
}

/* ---- the test ----------------------------------------------------------- */

#define THREADS 4
#define RULES 500
#define SWAPS 150

static revmap_file *file;
static char path[64];
static volatile apr_uint32_t is_over;
static volatile apr_uint32_t wrong;
static volatile apr_uint32_t requests;

/* "/vN/i/ http://b.test/i/" */
static void write_version(int version)
{
    char name[80];
    FILE *out;
    int i;

    snprintf(name, sizeof(name), "%s.new", path);
    out = fopen(name, "w");
    for (i = 0; out && i < RULES; i++) {
        fprintf(out, "/v%d/%d/ http://b.test/%d/\n", version, i, i);
    }
    /* Now and then one that cannot be used. */
    if (out && version % 10 == 9) {
        fputs("/broken/\n", out);
    }
    if (out) {
        fclose(out);
        rename(name, path);
    }
}

/* The version of which a rule is. */
static int version_of(const revmap_map *map, int i)
{
    char target[32];
    const revmap_rule *rule;
    revmap_side side;
    revmap_side_kind kind;
    apr_pool_t *pool;
    int version = -1;

    apr_pool_create(&pool, NULL);
    snprintf(target, sizeof(target), "http://b.test/%d/x", i);
    revmap_side_parse_backend(pool, &side, &kind, target);
    rule =
        revmap_index_longest_normal(map->rules, &side.origin, side.path).entry;
    if (rule) {
        const char *text = rule->paths + rule->backend_len;

        version = atoi(text + 2);
    }
    apr_pool_destroy(pool);
    return version;
}

static void *APR_THREAD_FUNC serve(apr_thread_t *thread, void *data)
{
    while (!apr_atomic_read32(&is_over)) {
        apr_pool_t *pool;
        const revmap_map *map;
        int first;

        apr_pool_create(&pool, NULL);
        map = revmap_file_hold(file, pool)->map;
        first = version_of(map, 0);
        if (first < 0 || version_of(map, RULES / 2) != first
            || version_of(map, RULES - 1) != first) {
            apr_atomic_inc32(&wrong);
        }
        apr_atomic_inc32(&requests);
        apr_pool_destroy(pool);
    }
    return NULL;
}

static void *APR_THREAD_FUNC watch(apr_thread_t *thread, void *data)
{
    while (!apr_atomic_read32(&is_over)) {
        revmap_file_status status;

        revmap_file_look(file, &is_over, 0);
        revmap_file_free_old(file);
        revmap_file_status_of(file, &status);
    }
    return NULL;
}

static int run(apr_pool_t *pool)
{
    apr_thread_t *threads[THREADS + 1];
    apr_status_t status;
    int seen = 0;
    int last = -1;
    int i;

    for (i = 0; i <= THREADS; i++) {
        apr_thread_create(&threads[i], NULL, i ? serve : watch, NULL, pool);
    }
    for (i = 1; i <= SWAPS; i++) {
        apr_pool_t *request;
        int version;

        write_version(i);
        usleep(10000);
        apr_pool_create(&request, NULL);
        version = version_of(revmap_file_hold(file, request)->map, 0);
        apr_pool_destroy(request);
        seen += version != last;
        last = version;
    }
    apr_atomic_set32(&is_over, 1);
    for (i = 0; i <= THREADS; i++) {
        apr_thread_join(&status, threads[i]);
    }
    return seen;
}

int main(void)
{
    apr_pool_t *pool;
    const char *error;
    int seen;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    snprintf(path, sizeof(path), "/tmp/revmap-swap-%d.map", (int)getpid());
    write_version(0);
    file = revmap_file_create(pool, path, &error);
    ok(!error, "the file is read");
    APR_ARRAY_PUSH(revmap_file_servers(file), const server_rec *) = NULL;
    seen = run(pool);
    unlink(path);
    ok(seen > 5, "%d versions were seen", seen);
    ok(apr_atomic_read32(&requests) > 100, "%u requests",
       apr_atomic_read32(&requests));
    ok(apr_atomic_read32(&wrong) == 0, "each had one version, and all of it");
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
