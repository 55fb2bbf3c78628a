/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/* What can only be checked when all of the configuration is known. */

#include "revmap/httpd/checks.h"
#include "revmap/httpd/balancer.h"
#include "revmap/httpd/beside.h"
#include "revmap/httpd/counters.h"
#include "revmap/httpd/expect.h"
#include "revmap/httpd/facts.h"
#include "revmap/httpd/file.h"
#include "revmap/httpd/lines.h"
#include "revmap/httpd/remarks.h"
#include "revmap/httpd/workers.h"

#include "apr_strings.h"

#include "http_core.h"

/* One thing to do at the end, with the line that gave rise to it. */
typedef struct expectation {
    enum {
        EXPECT_WORK,     /* for RevMapEngine */
        EXPECT_OWN_HOST, /* on the public side */
        EXPECT_BALANCER  /* whose members get rules */
    } what;
    const ap_directive_t *directive;
    server_rec *server;
    revmap_origin host;
    const char *instead; /* what to write */
    revmap_map *map;     /* of a rule, else NULL */
    unsigned int afresh; /* of the map when the line was read */
    revmap_late late;
} expectation;

/* Filled while the configuration is read, which one thread does. */
static apr_array_header_t *expectations;
static int is_automatic;

void revmap_begin_config(apr_pool_t *pconf)
{
    revmap_keep_file_names(pconf);
    revmap_forget_lines(pconf);
    expectations = apr_array_make(pconf, 0, sizeof(expectation));
    is_automatic = 0;
    revmap_begin_remarks(pconf);
    revmap_begin_expect(pconf);
    revmap_begin_files(pconf);
}

static expectation *expect(const cmd_parms *cmd)
{
    expectation *expected = apr_array_push(expectations);

    memset(expected, 0, sizeof(*expected));
    expected->directive = cmd->directive;
    expected->server = cmd->server;
    return expected;
}

/* A rule that a later "RevMap none" may drop. */
static expectation *expect_rule(const cmd_parms *cmd, revmap_map *map)
{
    expectation *expected = expect(cmd);

    expected->map = map;
    expected->afresh = map->afresh;
    return expected;
}

static int is_dropped(const expectation *expected)
{
    return expected->map && expected->map->afresh != expected->afresh;
}

void revmap_expect_own_host(const cmd_parms *cmd, revmap_map *map,
                            const revmap_origin *origin, const char *instead)
{
    expectation *expected = expect_rule(cmd, map);

    expected->what = EXPECT_OWN_HOST;
    expected->host = *origin;
    expected->instead = instead;
}

void revmap_expect_work(const cmd_parms *cmd)
{
    expect(cmd)->what = EXPECT_WORK;
}

const char *revmap_expect_balancer(const cmd_parms *cmd, revmap_map *map,
                                   const revmap_side *public_side,
                                   const char *backend)
{
    expectation *expected = expect_rule(cmd, map);
    revmap_late *late = &expected->late;
    const char *path;

    expected->what = EXPECT_BALANCER;
    late->place = revmap_counted_place(cmd->directive);
    late->order = revmap_map_take_place(map);
    late->public_side = *public_side;
    late->balancer = revmap_split_balancer(cmd->pool, backend, &path);
    late->backend_text = path;
    if (strpbrk(path, "?#")) {
        return apr_psprintf(cmd->pool,
                            "'%s' has a '%c': a side of a rule ends with its "
                            "path",
                            backend, *strpbrk(path, "?#"));
    }
    return NULL;
}

void revmap_expect_derivation(void)
{
    is_automatic = 1;
}

static const char *at(apr_pool_t *pool, const expectation *expected)
{
    return apr_psprintf(
        pool, "%s on line %d of %s", expected->directive->directive,
        expected->directive->line_num, expected->directive->filename);
}

/* The public side of a rule whose backend side is a path has to be a URL of
 * this site; if it is not, the two were probably swapped. */
static int check_own_host(apr_pool_t *pool, const expectation *expected)
{
    if (revmap_is_server_name(expected->server, &expected->host)) {
        return OK;
    }
    return revmap_remark(
        APLOG_ERR, expected->server,
        "%s: '%s' is no name of this virtual host: write '%s' if "
        "that is the backend, or add the host by ServerName or "
        "ServerAlias",
        at(pool, expected), revmap_origin_text(pool, &expected->host),
        expected->instead);
}

static int has_lines(const server_rec *server)
{
    const revmap_server_config *config = revmap_server_config_of(server);

    return config->mounts->lines != 0;
}

/* A line of the main server is for all virtual hosts, and the other way round
 * it may find its work there. */
static void check_work(apr_pool_t *pool, const expectation *expected,
                       const server_rec *main_server)
{
    const server_rec *server = main_server;

    while (server && !has_lines(server)) {
        server = !expected->server->is_virtual ? server->next
                 : server == main_server       ? expected->server
                                               : NULL;
    }
    if (!server) {
        revmap_remark(APLOG_WARNING, expected->server,
                      "%s: there is nothing to do; write a RevMap line, like "
                      "'RevMap /public/ http://backend/'",
                      at(pool, expected));
    }
}

/* If the server has no such balancer, it is that of a virtual host, or there
 * are several of that name.  Behind the fewest members some may be new. */
static void complete_balancer(apr_pool_t *pconf, expectation *expected,
                              const server_rec *main_server)
{
    revmap_late *late = &expected->late;
    const server_rec *server = expected->server;
    int count = revmap_add_members(pconf, server, late, expected->map);

    for (server = count < 0 ? main_server : NULL; server;
         server = server->next) {
        int more = revmap_add_members(pconf, server, late, expected->map);

        if (more >= 0 && (count < 0 || more < count)) {
            count = more;
        }
    }
    if (count < 0) {
        revmap_remark(APLOG_WARNING, expected->server,
                      "%s: '%s' is unknown: write the name of a balancer that "
                      "has BalancerMember lines",
                      at(pconf, expected), late->balancer);
    }
    late->known = count < 0 ? 0 : count;
    revmap_add_late(expected->map, late);
}

int revmap_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *server)
{
    int status = OK;
    int i;

    for (i = 0; i < expectations->nelts; i++) {
        expectation *expected = &APR_ARRAY_IDX(expectations, i, expectation);

        if (is_dropped(expected)) {
            continue;
        }
        switch (expected->what) {
        case EXPECT_WORK:
            check_work(ptemp, expected, server);
            break;
        case EXPECT_BALANCER:
            complete_balancer(pconf, expected, server);
            break;
        case EXPECT_OWN_HOST:
            if (check_own_host(ptemp, expected) != OK) {
                status = HTTP_INTERNAL_SERVER_ERROR;
            }
            break;
        }
    }
    if (is_automatic) {
        revmap_derive(pconf, ptemp, server);
    }
    revmap_complete_mounts(pconf, ptemp, server);
    if (!revmap_is_rehearsal()) {
        revmap_read_workers(pconf, ptemp, server);
        revmap_check_beside(ptemp, server);
        if (revmap_check_expect(ptemp) != OK) {
            status = HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    if (revmap_check_files(ptemp) != OK) {
        status = HTTP_INTERNAL_SERVER_ERROR;
    }
    return status;
}
