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

/* mod_revmap: reverse mapping of redirects and cookies
 *
 * An application behind mod_proxy answers in its own terms.  This module
 * translates the headers of that answer into the terms of the public site:
 *
 *     <Location /app/>
 *         ProxyPass http://backend:8080/ctx/
 *         RevMap    http://backend:8080/ctx/
 *     </Location>
 *
 * A hook of mod_proxy marks the requests that go to a backend and remembers
 * the headers that are there already, which are this server's own.  An output
 * filter maps the others as soon as the response begins.  What no filter of
 * the request sees is mapped on its way: errors of httpd's own that carry
 * headers of a FastCGI backend, and interim responses
 * (revmap/httpd/interim.c).
 *
 * What becomes of a value is decided by the engine, in revmap/; what it needs
 * to know of the request is gathered in revmap/httpd/facts.c; the directives
 * are read in revmap/httpd/directives.c.
 */

#include "revmap/httpd/balancer.h"
#include "revmap/httpd/checks.h"
#include "revmap/httpd/cookies.h"
#include "revmap/httpd/counters.h"
#include "revmap/httpd/explain.h"
#include "revmap/httpd/file.h"
#include "revmap/httpd/interim.h"
#include "mod_revmap.h"

#include "revmap/httpd/module.h"
#include "revmap/httpd/functions.h"
#include "revmap/httpd/own.h"
#include "revmap/httpd/proxied.h"
#include "revmap/httpd/remarks.h"
#include "revmap/httpd/request.h"

#include "apr_dso.h"
#include "apr_strings.h"

#include "http_core.h"
#include "http_request.h"
#include "mod_proxy.h"
#include "util_filter.h"

module AP_MODULE_DECLARE_DATA revmap_module;

static ap_filter_rec_t *output_filter;

static const revmap_dir_config *config_of(request_rec *r)
{
    return ap_get_module_config(r->per_dir_config, &revmap_module);
}

static int is_on(const revmap_dir_config *config)
{
    return (config->scope || config->automatic > REVMAP_AUTO_OFF)
           && config->engine != REVMAP_ENGINE_OFF;
}

static void remember_own(request_rec *r, const revmap_dir_config *config,
                         const apr_table_t *table, revmap_proxied *proxied)
{
    if (!apr_is_empty_table(table)) {
        revmap_own_remember(r->pool, config->scope, table, &proxied->own);
    }
}

/* mod_proxy_http2 drops the Host header, and it may ask a member of a balancer.
 * Only "http:" and "https:" leave it in place for sure. */
static int keeps_host(const char *url)
{
    return url && url[0] == 'h' && url[1] == 't';
}

static revmap_proxied *
make_proxied(request_rec *r, const revmap_dir_config *config, const char *url)
{
    revmap_proxied *proxied = apr_palloc(r->pool, sizeof(*proxied));

    proxied->host = NULL;
    if (!keeps_host(url)) {
        proxied->host = apr_table_get(r->headers_in, "Host");
    }
    proxied->own = NULL;
    proxied->is_done = 0;
    proxied->worker = NULL;
    revmap_noted_init(&proxied->noted);
    proxied->changes = NULL;
    proxied->known = NULL;
    remember_own(r, config, r->headers_out, proxied);
    remember_own(r, config, r->err_headers_out, proxied);
    return proxied;
}

/* Of several backends that are tried in turn, the first one counts: what it
 * leaves behind is not our own.  No other response passes our filter. */
static void mark_proxied(request_rec *r, const char *url)
{
    const revmap_dir_config *config = config_of(r);
    revmap_proxied *proxied = revmap_proxied_of(r);

    if (!proxied) {
        if (!is_on(config)) {
            return;
        }
        proxied = make_proxied(r, config, url);
        ap_set_module_config(r->request_config, &revmap_module, proxied);
        ap_add_output_filter_handle(output_filter, NULL, r, r->connection);
    }
    if (r->proxyreq == PROXYREQ_REVERSE) {
        revmap_return_cookies(r, config->scope);
    }
}

/* ---- the response ------------------------------------------------------- */

void revmap_know(request_rec *r, revmap_facts *facts)
{
    if (!facts->is_gathered) {
        revmap_gather_facts(r, config_of(r), facts);
    }
}

void revmap_keep_mapped(request_rec *r)
{
    remember_own(r, config_of(r), r->headers_out, revmap_proxied_of(r));
}

int revmap_is_to_be_mapped(request_rec *r)
{
    return revmap_proxied_of(r) && r->proxyreq == PROXYREQ_REVERSE
           && !apr_table_get(r->subprocess_env, "no-revmap");
}

static REVMAP_NOINLINE char *put_behind(apr_pool_t *pool, const char *own,
                                        apr_size_t len, const char *value)
{
    return apr_pstrcat(pool, apr_pstrmemdup(pool, own, len), value, NULL);
}

/* Map a field but for the part that is our own. */
static void map_entry(request_rec *r, apr_table_entry_t *entry, apr_size_t own,
                      const revmap_header *header, revmap_facts *facts,
                      revmap_report *report)
{
    const revmap_field field = {header, entry->key, entry->val + own};
    revmap_outcome outcome;
    const char *value;

    if (!facts->is_gathered) {
        revmap_know(r, facts);
        revmap_report_begin(report, r, &facts->exchange);
    }
    revmap_header_map(&facts->exchange, revmap_slice_of(field.value), r->pool,
                      &outcome, header);
    value = revmap_report_field(report, &field, &outcome);
    if (value) {
        entry->val =
            own ? put_behind(r->pool, entry->val, own, value) : (char *)value;
    }
}

/* Most responses have no header that is mapped; nothing is gathered for
 * them.  A Location among the headers of an error is that of an ErrorDocument,
 * and httpd's business. */
static void map_table(request_rec *r, const apr_table_t *table,
                      const revmap_scope *scope, revmap_proxied *proxied,
                      int is_error, revmap_facts *facts, revmap_report *report)
{
    const apr_array_header_t *fields = apr_table_elts(table);
    apr_table_entry_t *entry = (apr_table_entry_t *)fields->elts;
    const apr_table_entry_t *end = entry + fields->nelts;
    const revmap_header *header;

    for (; (entry = revmap_header_next(scope, entry, end, &header)) != end;
         entry++) {
        apr_size_t own;

        if (is_error && revmap_header_redirects(header)) {
            continue;
        }
        own = proxied->own ? revmap_own_length(proxied->own, entry,
                                               table == r->err_headers_out)
                           : 0;
        if (!own || entry->val[own]) {
            map_entry(r, entry, own, header, facts, report);
        }
    }
}

/* Each response once, in whatever way it leaves.  From now on the request is
 * that of the client again. */
static void map_response(request_rec *r, int is_error)
{
    const apr_table_t *tables[] = {r->headers_out, r->err_headers_out};
    revmap_proxied *proxied = revmap_proxied_of(r);
    const revmap_scope *scope;
    revmap_report report;
    revmap_facts facts;
    int i;

    revmap_request_restore(r);
    if (!revmap_is_to_be_mapped(r) || proxied->is_done) {
        return;
    }
    proxied->is_done = 1;
    revmap_count(r, REVMAP_RESPONSES);
    facts.is_gathered = 0;
    if (proxied->own) {
        revmap_own_find_copied(r, proxied->own);
    }
    scope = revmap_header_scope(config_of(r)->scope);
    for (i = is_error ? 1 : 0; i < 2; i++) {
        map_table(r, tables[i], scope, proxied, is_error, &facts, &report);
    }
    if (facts.is_gathered) {
        revmap_report_end(&report);
    }
}

/* ---- hooks -------------------------------------------------------------- */

/* Once, on the first brigade, whatever it holds. */
static apr_status_t filter_response(ap_filter_t *f, apr_bucket_brigade *bb)
{
    request_rec *r = f->r;
    ap_filter_t *next = f->next;

    ap_remove_output_filter(f);
    map_response(r, 0);
    return ap_pass_brigade(next, bb);
}

/* FastCGI and SCGI leave the backend's cookies and links among the headers of
 * errors.  The request of an ErrorDocument or of an internal redirect is about
 * to share these, and to add some of its own. */
static int create_request(request_rec *r)
{
    if (r->prev) {
        map_response(r->prev, 1);
    }
    return OK;
}

/* Only where mod_proxy does not tell; a handler may still become its own. */
static void insert_filter(request_rec *r)
{
    mark_proxied(r, NULL);
}

/* httpd answers with an error of its own: what filters there are do not see
 * it.  Before mod_cache, which may put a stored response in its place. */
static void insert_error_filter(request_rec *r)
{
    map_response(r, 1);
}

/* What no response has come for, and tunnels. */
static int before_log(request_rec *r)
{
    for (; r; r = r->next) {
        revmap_request_restore(r);
    }
    return DECLINED;
}

/* mod_proxy's pre_request hook: the request goes to a backend, after all that
 * may have answered it before. */
static int see_proxied(proxy_worker **worker, proxy_balancer **balancer,
                       request_rec *r, proxy_server_conf *config, char **url)
{
    if (r->proxyreq == PROXYREQ_REVERSE) {
        mark_proxied(r, *url);
    }
    return DECLINED;
}

/* All requests come by here; mostly the first letter tells. */
static int is_explain(const char *handler)
{
    return handler && *handler == 'r' && strcmp(handler, "revmap-explain") == 0;
}

/* Before mod_proxy, which would forward the page's URL where the whole site is
 * forwarded. */
static int explain(request_rec *r)
{
    return is_explain(r->handler) ? revmap_explain(r) : DECLINED;
}

/* mod_proxy tells which requests go to a backend, unless it is linked into
 * httpd, where its hook cannot be looked up.  Looked up, not linked: mod_proxy
 * may be loaded after this module, or not at all. */
static void join_proxy(void)
{
    typedef void add_hook(proxy_HOOK_pre_request_t *, const char *const *,
                          const char *const *, int);
    const module *proxy = revmap_proxy_module();
    apr_dso_handle_sym_t add = NULL;

    if (proxy && proxy->dynamic_load_handle
        && apr_dso_sym(&add, proxy->dynamic_load_handle,
                       "proxy_hook_pre_request")
               == APR_SUCCESS) {
        ((add_hook *)add)(see_proxied, NULL, NULL, APR_HOOK_REALLY_FIRST);
        revmap_register_request(proxy->dynamic_load_handle);
    }
    else {
        ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_MIDDLE);
    }
}

static int before_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    revmap_begin_config(pconf);
    revmap_find_proxy();
    join_proxy();
    return OK;
}

static int open_counters(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                         server_rec *server)
{
    if (!revmap_is_rehearsal()) {
        revmap_open_counters(server->process->pool, server);
    }
    return OK;
}

/* In the Server header, for those who ask for it by a Define line. */
static int show_version(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *server)
{
    if (ap_exists_config_define("REVMAP_TOKEN")) {
        ap_add_version_component(pconf, "mod_revmap/" MOD_REVMAP_VERSION);
    }
    return OK;
}

static void test_config(apr_pool_t *pool, server_rec *server)
{
    if (ap_exists_config_define("DUMP_REVMAP")) {
        revmap_dump(pool, server);
    }
    if (ap_exists_config_define("REVMAP_MIGRATE")) {
        revmap_migrate(pool);
    }
}

/* The filter's type places it before all that changes a response, so that
 * Header edit and mod_cache see mapped values. */
static void register_hooks(apr_pool_t *pool)
{
    output_filter =
        ap_register_output_filter("REVMAP", filter_response, NULL,
                                  (ap_filter_type)(AP_FTYPE_RESOURCE - 1));
    ap_hook_pre_config(before_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(revmap_check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(open_counters, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(show_version, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_test_config(test_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_create_request(create_request, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_insert_error_filter(insert_error_filter, NULL, NULL,
                                APR_HOOK_REALLY_FIRST);
    ap_hook_handler(explain, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_log_transaction(before_log, NULL, NULL, APR_HOOK_REALLY_FIRST);
    revmap_register_remarks();
    revmap_register_interim();
    revmap_register_files();
    revmap_register_status();
    revmap_register_functions();
}

AP_DECLARE_MODULE(revmap) = {
    STANDARD20_MODULE_STUFF,
    revmap_create_dir_config,
    revmap_merge_dir_config,
    revmap_create_server_config,
    revmap_merge_server_config,
    revmap_directives,
    register_hooks,
#if defined(AP_MODULE_FLAG_NONE)
    AP_MODULE_FLAG_NONE,
#endif
};
