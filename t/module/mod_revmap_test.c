/* SPDX-License-Identifier: Apache-2.0 */

/* A module that asks mod_revmap for what its headers name, as a module that
 * works on bodies would.  t/25_functions.t tells what it sees:
 *
 *     X-Public, X-Backend    in the request: URLs to be mapped
 *     X-Public, X-Backend    in the response: what became of them, "-" for NULL
 *     X-Before-*             the same before a backend is asked
 *     X-Asked-*              the same when mod_proxy builds the request, sent
 *                            to the backend
 *
 * "X-Seconds: 70" makes a request seem to have begun so long ago, "-70" that it
 * will in so long. */

#include "mod_revmap.h"

#include "http_config.h"
#include "http_request.h"
#include "mod_proxy.h"
#include "util_filter.h"

#include "apr_strings.h"

extern module AP_MODULE_DECLARE_DATA revmap_test_module;

static APR_OPTIONAL_FN_TYPE(revmap_to_public) * to_public;
static APR_OPTIONAL_FN_TYPE(revmap_to_backend) * to_backend;

static ap_filter_rec_t *output_filter;

static void retrieve(void)
{
    to_public = APR_RETRIEVE_OPTIONAL_FN(revmap_to_public);
    to_backend = APR_RETRIEVE_OPTIONAL_FN(revmap_to_backend);
}

static const char *or_dash(const char *value)
{
    return value ? value : "-";
}

/* Ask for the URLs of the request, and write the answers into a table. */
static void ask(request_rec *r, apr_table_t *answers, const char *prefix)
{
    const char *public_url = apr_table_get(r->headers_in, "X-Backend");
    const char *backend_url = apr_table_get(r->headers_in, "X-Public");

    if (public_url) {
        apr_table_setn(answers, apr_pstrcat(r->pool, prefix, "-Backend", NULL),
                       or_dash(to_backend(r, public_url)));
    }
    if (backend_url) {
        apr_table_setn(answers, apr_pstrcat(r->pool, prefix, "-Public", NULL),
                       or_dash(to_public(r, backend_url)));
    }
}

static int is_asked_for(const request_rec *r)
{
    return to_public && to_backend
           && (apr_table_get(r->headers_in, "X-Public")
               || apr_table_get(r->headers_in, "X-Backend"));
}

static apr_status_t filter_response(ap_filter_t *f, apr_bucket_brigade *bb)
{
    ap_filter_t *next = f->next;

    ap_remove_output_filter(f);
    ask(f->r, f->r->err_headers_out, "X");
    return ap_pass_brigade(next, bb);
}

static void insert_filter(request_rec *r)
{
    if (is_asked_for(r)) {
        ap_add_output_filter_handle(output_filter, NULL, r, r->connection);
    }
}

static int fixups(request_rec *r)
{
    if (is_asked_for(r)) {
        ask(r, r->err_headers_out, "X-Before");
    }
    return DECLINED;
}

static int begin(request_rec *r)
{
    const char *seconds = apr_table_get(r->headers_in, "X-Seconds");

    if (seconds) {
        r->request_time -= apr_time_from_sec(atoi(seconds));
    }
    return DECLINED;
}

static int proxy_fixups(request_rec *r)
{
    if (is_asked_for(r)) {
        ask(r, r->headers_in, "X-Asked");
    }
    return OK;
}

static void register_hooks(apr_pool_t *pool)
{
    output_filter = ap_register_output_filter("REVMAP_TEST", filter_response,
                                              NULL, AP_FTYPE_CONTENT_SET);
    ap_hook_optional_fn_retrieve(retrieve, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_read_request(begin, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_fixups(fixups, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_MIDDLE);
    APR_OPTIONAL_HOOK(proxy, fixups, proxy_fixups, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(revmap_test) = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks,
#if defined(AP_MODULE_FLAG_NONE)
    AP_MODULE_FLAG_NONE,
#endif
};
