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

#include "revmap/httpd/module.h"

#include "apr_strings.h"
#include "http_log.h"
#include "http_core.h"

APLOG_USE_MODULE(revmap);

/* One thing to look at, with the line that gave rise to it. */
typedef struct expectation {
    const ap_directive_t *directive;
    server_rec *server;
    int is_own_host; /* else: is there work for RevMapEngine */
    revmap_origin host;
} expectation;

/* Filled while the configuration is read, which one thread does. */
static apr_array_header_t *expectations;

void revmap_begin_config(apr_pool_t *pconf)
{
    expectations = apr_array_make(pconf, 0, sizeof(expectation));
}

static expectation *expect(const cmd_parms *cmd)
{
    expectation *expected = apr_array_push(expectations);

    memset(expected, 0, sizeof(*expected));
    expected->directive = cmd->directive;
    expected->server = cmd->server;
    return expected;
}

void revmap_expect_own_host(const cmd_parms *cmd, const revmap_side *side)
{
    expectation *expected = expect(cmd);

    expected->is_own_host = 1;
    expected->host = side->origin;
}

void revmap_expect_work(const cmd_parms *cmd)
{
    expect(cmd);
}

static const char *at(apr_pool_t *pool, const expectation *expected)
{
    return apr_psprintf(
        pool, "%s on line %d of %s", expected->directive->directive,
        expected->directive->line_num, expected->directive->filename);
}

/* The public side of a rule whose backend side is a path has to be a URL of
 * this site; if it is not, the two were probably swapped.  A running server
 * that is restarted must not stop for that. */
static int check_own_host(apr_pool_t *pool, const expectation *expected)
{
    int is_test = ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST;

    if (revmap_is_server_name(expected->server, &expected->host)) {
        return OK;
    }
    ap_log_error(APLOG_MARK, is_test ? APLOG_ERR : APLOG_WARNING, 0,
                 expected->server,
                 "%s: '%s' is no name of this virtual host; the public side "
                 "comes first, write 'RevMap /public/ %s', or add the host by "
                 "ServerAlias",
                 at(pool, expected), revmap_origin_text(pool, &expected->host),
                 revmap_origin_text(pool, &expected->host));
    return is_test ? HTTP_INTERNAL_SERVER_ERROR : OK;
}

static int has_work(const server_rec *server)
{
    const revmap_server_config *config =
        ap_get_module_config(server->module_config, &revmap_module);
    const revmap_mounts *mounts;

    for (mounts = config->mounts; mounts; mounts = mounts->outer) {
        if (mounts->lines) {
            return 1;
        }
    }
    return 0;
}

static void check_work(apr_pool_t *pool, const expectation *expected)
{
    if (!has_work(expected->server)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, expected->server,
                     "%s: there is nothing to do; write a RevMap line, like "
                     "'RevMap /public/ http://backend/'",
                     at(pool, expected));
    }
}

/* ---- Header edit -------------------------------------------------------- */

static int is_our_directive(const ap_directive_t *directive)
{
    return ap_cstr_casecmpn(directive->directive, "RevMap", 6) == 0;
}

/* "Header [onsuccess|always] edit[*] Location|Set-Cookie ..." */
static int edits_mapped_header(apr_pool_t *pool,
                               const ap_directive_t *directive)
{
    const char *args = directive->args;
    const char *word;

    if (ap_cstr_casecmp(directive->directive, "Header") != 0) {
        return 0;
    }
    word = ap_getword_conf(pool, &args);
    if (!ap_cstr_casecmp(word, "always")
        || !ap_cstr_casecmp(word, "onsuccess")) {
        word = ap_getword_conf(pool, &args);
    }
    if (ap_cstr_casecmp(word, "edit") && ap_cstr_casecmp(word, "edit*")) {
        return 0;
    }
    word = ap_getword_conf(pool, &args);
    return !ap_cstr_casecmp(word, "Location")
           || !ap_cstr_casecmp(word, "Set-Cookie");
}

/* An edit that was written to do what RevMap does, in a section beside it,
 * sees mapped values now. */
static void check_edits(apr_pool_t *pool, server_rec *server,
                        const ap_directive_t *first)
{
    const ap_directive_t *directive;
    int maps = 0;

    for (directive = first; directive; directive = directive->next) {
        maps = maps || is_our_directive(directive);
    }
    for (directive = first; directive; directive = directive->next) {
        if (maps && edits_mapped_header(pool, directive)) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                         "Header on line %d of %s edits a header that RevMap "
                         "maps: it sees the mapped value; remove it if it was "
                         "there to do the same",
                         directive->line_num, directive->filename);
        }
        check_edits(pool, server, directive->first_child);
    }
}

int revmap_check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *server)
{
    int status = OK;
    int i;

    for (i = 0; i < expectations->nelts; i++) {
        const expectation *expected =
            &APR_ARRAY_IDX(expectations, i, expectation);

        if (!expected->is_own_host) {
            check_work(ptemp, expected);
        }
        else if (check_own_host(ptemp, expected) != OK) {
            status = HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    check_edits(ptemp, server, ap_conftree);
    return status;
}
