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

/* Headers of the request that the backend gets in another form.
 *
 * They are changed where mod_proxy and its balancer look for them, and not in a
 * table of their own, because others change that one, too: with MergeTrailers,
 * reading the body puts a new table in its place.  A value of ours is known by
 * its place in memory, which it keeps in every copy of the table. */

#include "revmap/httpd/request.h"
#include "revmap/httpd/proxied.h"

#include "apr_strings.h"
#include "mod_proxy.h"

#include "revmap/forward_header.h"

/* ---- a field changed for a while ---------------------------------------- */

typedef struct change {
    const char *name;
    const char *client; /* the value that the client sent */
    const char *sent;   /* the one that the backend gets, or nothing */
} change;

/* In place of a field that is left out. */
static const char nothing[] = "";

static void put_in_place(const apr_table_t *headers, const change *c)
{
    const apr_array_header_t *fields = apr_table_elts(headers);
    int i;

    for (i = 0; i < fields->nelts; i++) {
        apr_table_entry_t *field = &APR_ARRAY_IDX(fields, i, apr_table_entry_t);

        if (field->val == c->sent
            && (c->sent != nothing || field->key == c->name)) {
            field->val = (char *)c->client;
            return;
        }
    }
}

static void put_back(apr_table_t *headers, const change *c)
{
    if (c->sent == nothing) {
        apr_table_addn(headers, c->name, c->client);
    }
    else {
        put_in_place(headers, c);
    }
}

REVMAP_NOINLINE
void revmap_request_put_back(request_rec *r, apr_array_header_t *changes,
                             const char *name)
{
    int kept = 0;
    int i;

    for (i = 0; i < changes->nelts; i++) {
        change *c = &APR_ARRAY_IDX(changes, i, change);

        if (!name || ap_cstr_casecmp(c->name, name) == 0) {
            put_back(r->headers_in, c);
        }
        else {
            APR_ARRAY_IDX(changes, kept++, change) = *c;
        }
    }
    changes->nelts = kept;
}

/* A field can only be left out of a table of our own: the one that is there
 * may be that of an outer request, too, which keeps what the client sent. */
static void leave_out(request_rec *r, const apr_array_header_t *changes)
{
    const apr_table_t *shared = r->headers_in;
    const apr_array_header_t *fields = apr_table_elts(shared);
    int i;

    r->headers_in = apr_table_make(r->pool, fields->nelts);
    for (i = 0; i < fields->nelts; i++) {
        const apr_table_entry_t *field =
            &APR_ARRAY_IDX(fields, i, apr_table_entry_t);

        if (field->val != nothing) {
            apr_table_addn(r->headers_in, field->key, field->val);
        }
    }
    for (i = 0; i < changes->nelts; i++) {
        put_in_place(shared, &APR_ARRAY_IDX(changes, i, const change));
    }
}

static void change_field(request_rec *r, apr_array_header_t **changes,
                         apr_table_entry_t *field, const char *value)
{
    change *c;

    if (!*changes) {
        *changes = apr_array_make(r->pool, 2, sizeof(change));
    }
    c = apr_array_push(*changes);
    c->name = field->key;
    c->client = field->val;
    c->sent = *value ? value : nothing;
    field->val = (char *)c->sent;
}

static void change_fields(request_rec *r, apr_array_header_t **changes,
                          const char *name, revmap_request_field *field,
                          void *data)
{
    const apr_array_header_t *fields = apr_table_elts(r->headers_in);
    int is_left_out = 0;
    int i;

    for (i = 0; i < fields->nelts; i++) {
        apr_table_entry_t *entry = &APR_ARRAY_IDX(fields, i, apr_table_entry_t);
        const char *value = NULL;

        if (ap_cstr_casecmp(entry->key, name) == 0) {
            value = field(r, entry->key, entry->val, data);
        }
        if (value) {
            change_field(r, changes, entry, value);
            is_left_out |= entry->val == nothing;
        }
    }
    if (is_left_out) {
        leave_out(r, *changes);
    }
}

void revmap_request_change(request_rec *r, const char *name,
                           revmap_request_field *field, void *data)
{
    apr_array_header_t **changes = &revmap_proxied_of(r)->changes;

    if (*changes) {
        revmap_request_put_back(r, *changes, name);
    }
    if (apr_table_get(r->headers_in, name)) {
        change_fields(r, changes, name, field, data);
    }
}

/* ---- RevMapRequest ------------------------------------------------------ */

/* A request on its way; nothing is gathered for one without such a header. */
typedef struct passage {
    revmap_forward_kind kind; /* of the header that is looked at */
    revmap_facts facts;
    revmap_forwarding forward;
} passage;

/* The client names the host that it has asked, and this server does not know
 * that it is its own: the usual case of a COPY that a backend refuses. */
static void warn_of_destination(request_rec *r, const revmap_exchange *exchange,
                                const char *value)
{
    const revmap_origin *asked = exchange->asked;
    revmap_url url;

    if (revmap_url_parse(&url, revmap_slice_trim(revmap_slice_of(value)))
        || !asked || !revmap_origin_same_host(&url.origin, asked)) {
        return;
    }
    revmap_warn_hourly(
        r, "RM0201", NULL, r->server->server_hostname,
        "the client has sent 'Destination: %s', which is not a URL of this "
        "virtual host as far as it knows, so the backend gets it as it is; if "
        "it is one, write '%s %s'",
        value,
        revmap_is_server_name(r->server, asked) ? "ServerName" : "ServerAlias",
        revmap_is_server_name(r->server, asked)
            ? revmap_origin_text(r->pool, &url.origin)
            : apr_pstrmemdup(r->pool, url.origin.host.ptr,
                             url.origin.host.len));
}

static const char *map_field(request_rec *r, const char *name,
                             const char *value, void *data)
{
    passage *p = data;
    revmap_outcome outcome;
    revmap_field field;

    if (!p->facts.is_gathered) {
        revmap_know(r, &p->facts);
        revmap_gather_forward(r, &p->facts, &p->forward);
    }
    revmap_forward_header_map(&p->forward, p->kind, value, r->pool, &outcome);
    if (p->kind == REVMAP_FORWARD_DESTINATION
        && outcome.reason == REVMAP_NOT_OWN) {
        warn_of_destination(r, &p->facts.exchange, value);
    }
    field.header = NULL;
    field.name = name;
    field.value = value;
    return revmap_report_outcome(r, &p->facts.exchange, &field, &outcome);
}

static REVMAP_NOINLINE void map_fields(request_rec *r, unsigned int headers)
{
    passage p;

    if (!revmap_is_to_be_mapped(r)) {
        return;
    }
    p.facts.is_gathered = 0;
    for (p.kind = 0; headers >> p.kind; p.kind++) {
        if (headers & (1u << p.kind)) {
            revmap_request_change(r, revmap_forward_header_name(p.kind),
                                  map_field, &p);
        }
    }
}

/* Most requests have no such header. */
static int has_any(const request_rec *r, unsigned int headers)
{
    revmap_forward_kind kind;

    for (kind = 0; headers; kind++, headers >>= 1) {
        if ((headers & 1)
            && apr_table_get(r->headers_in, revmap_forward_header_name(kind))) {
            return 1;
        }
    }
    return 0;
}

/* mod_proxy's scheme_handler hook: a balancer has chosen its member. */
static int map_request(request_rec *r, proxy_worker *worker,
                       proxy_server_conf *config, char *url,
                       const char *proxyhost, apr_port_t proxyport)
{
    const revmap_dir_config *dir_config =
        ap_get_module_config(r->per_dir_config, &revmap_module);
    revmap_proxied *proxied = revmap_proxied_of(r);
    unsigned int headers;

    if (!proxied) {
        return DECLINED;
    }
    proxied->worker = worker;
    proxied->known = NULL;
    headers = revmap_forward_headers(dir_config->scope);
    if (proxied->changes || has_any(r, headers)) {
        map_fields(r, headers);
    }
    return DECLINED;
}

void revmap_register_request(apr_dso_handle_t *proxy)
{
    typedef void add_hook(proxy_HOOK_scheme_handler_t *, const char *const *,
                          const char *const *, int);
    apr_dso_handle_sym_t add = NULL;

    if (apr_dso_sym(&add, proxy, "proxy_hook_scheme_handler") == APR_SUCCESS) {
        ((add_hook *)add)(map_request, NULL, NULL, APR_HOOK_REALLY_FIRST);
    }
}
