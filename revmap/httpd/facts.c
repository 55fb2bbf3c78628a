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

/* What the engine needs to know of a request, taken from the request, from
 * its virtual host and from mod_proxy. */

#include "revmap/httpd/facts.h"
#include "revmap/httpd/balancer.h"
#include "revmap/httpd/file.h"
#include "revmap/httpd/imagine.h"
#include "revmap/httpd/proxied.h"
#include "revmap/httpd/scope.h"
#include "revmap/httpd/workers.h"

#include "apr_strings.h"
#include "http_core.h"
#include "http_protocol.h"
#include "mod_proxy.h"
#include "mod_ssl.h"

#define PROXY REVMAP_LITERAL("proxy:")
#define BEHIND_SCHEME REVMAP_LITERAL("://")

/* ---- names -------------------------------------------------------------- */

static int is_in_list(const apr_array_header_t *names, const char *host,
                      int are_patterns)
{
    int i;

    for (i = 0; names && i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (name
            && (are_patterns ? !ap_strcasecmp_match(host, name)
                             : !ap_cstr_casecmp(host, name))) {
            return 1;
        }
    }
    return 0;
}

int revmap_is_server_name(const server_rec *server, const revmap_origin *host)
{
    char name[256];

    if (revmap_slice_equal_nocase(host->host,
                                  revmap_slice_of(server->server_hostname))) {
        return 1;
    }
    if (host->host.len >= sizeof(name)) {
        return 0;
    }
    memcpy(name, host->host.ptr, host->host.len);
    name[host->host.len] = '\0';
    return is_in_list(server->names, name, 0)
           || is_in_list(server->wild_names, name, 1);
}

/* "a.test." is another host than "a.test" in a URL (RFC 3986 section 3.2.2),
 * and to a browser another origin with other cookies, so that they are never
 * taken for the same.  But it is served by the same virtual host: httpd takes
 * one dot off the end of a Host header before it looks for its name. */
revmap_origin revmap_served_host(const revmap_origin *host)
{
    revmap_origin served = *host;
    apr_size_t len = served.host.len;

    if (len > 1 && served.host.ptr[len - 1] == '.') {
        served.host.len--;
        served.hash = revmap_host_hash(served.host);
    }
    return served;
}

/* What stands before the path and the query. */
static revmap_slice authority_at(revmap_slice text)
{
    return revmap_slice_before(revmap_slice_before(text, '/'), '?');
}

/* This virtual host's own: a name of it, or a host that the administrator
 * wrote on the public side of a rule. */
static int is_own_host(request_rec *r, const revmap_scope *scope,
                       const revmap_origin *host)
{
    revmap_origin served = revmap_served_host(host);

    return revmap_is_server_name(r->server, &served)
           || revmap_scope_is_public_host(scope, &served);
}

/* Without a call, as it is asked for each response. */
static int is_secure(const char *scheme)
{
    return scheme[0] == 'h' && scheme[1] == 't' && scheme[2] == 't'
           && scheme[3] == 'p' && scheme[4] == 's' && !scheme[5];
}

/* The connection's. */
static revmap_scheme front_scheme(request_rec *r)
{
    revmap_scheme imagined = revmap_imagined_scheme(r->connection);

    if (imagined) {
        return imagined;
    }
    return is_secure(ap_http_scheme(r)) ? REVMAP_HTTPS : REVMAP_HTTP;
}

/* The scheme of this site: that of its ServerName, where TLS ends before this
 * server, else that of the connection. */
static revmap_scheme site_scheme(request_rec *r, revmap_scheme front)
{
    const char *scheme = r->server->server_scheme;

    if (!scheme) {
        return front;
    }
    return ap_cstr_casecmp(scheme, "https") == 0 ? REVMAP_HTTPS : REVMAP_HTTP;
}

/* An authority as text; a bare IPv6 address gets its brackets. */
static int parse_host(request_rec *r, const char *text, revmap_origin *origin)
{
    const char *colon = text[0] != '[' ? strchr(text, ':') : NULL;

    if (colon && strchr(colon + 1, ':')) {
        text = apr_pstrcat(r->pool, "[", text, "]", NULL);
    }
    return revmap_authority_parse(origin, revmap_slice_of(text)) == REVMAP_OK;
}

/* ---- the client's side -------------------------------------------------- */

/* Is it spelled like ServerName?  That one has been read already; servers
 * without lines of ours share the configuration of another. */
static const revmap_origin *as_server_name(const request_rec *r,
                                           const revmap_origin *name)
{
    const char *text = r->server->server_hostname;

    return name && name->host.ptr == text && strcmp(r->hostname, text) == 0
               ? name
               : NULL;
}

/* Returns non-zero if the client asked by ServerName. */
static int gather_asked(request_rec *r, const revmap_origin *server_name,
                        revmap_scheme front, revmap_facts *facts)
{
    const revmap_origin *name = NULL;

    facts->exchange.asked = NULL;
    if (r->hostname) {
        name = as_server_name(r, server_name);
        if (name) {
            facts->asked = *name;
        }
        else if (!parse_host(r, r->hostname, &facts->asked)) {
            return 0;
        }
        facts->asked.port = r->parsed_uri.port;
        revmap_origin_set_scheme(&facts->asked, front);
        facts->exchange.asked = &facts->asked;
    }
    return name != NULL;
}

static REVMAP_NOINLINE int is_virtual_port(const server_rec *server,
                                           apr_port_t port)
{
    const server_addr_rec *address = server->addrs;

    while (address && address->host_port != port) {
        address = address->next;
    }
    return address != NULL;
}

/* Is a port of the client's Host header one on which this site is known?  Any
 * other one is only what a client says, and might get into a cache. */
static int is_own_port(request_rec *r, revmap_scheme scheme, apr_port_t port)
{
    return !port || port == revmap_scheme_port(scheme)
           || port == r->server->port || port == r->connection->local_addr->port
           || is_virtual_port(r->server, port);
}

/* How this virtual host names itself: by the client's Host if that is a name
 * of it, else by its ServerName; an unverified Host is never repeated. */
static void gather_own(request_rec *r, const revmap_dir_config *config,
                       int by_name, revmap_scheme scheme, revmap_facts *facts)
{
    const server_rec *server = r->server;
    revmap_origin *own = &facts->own.origin;

    facts->exchange.own = NULL;
    if (config->origin_mode == REVMAP_ORIGIN_URL) {
        facts->own = *config->origin;
        facts->exchange.own = &facts->own;
        return;
    }
    if (by_name
        || (facts->exchange.asked
            && revmap_is_server_name(server, &facts->asked))) {
        *own = facts->asked;
        own->port = is_own_port(r, scheme, r->parsed_uri.port)
                        ? r->parsed_uri.port
                        : server->port;
    }
    else if (server->server_hostname
             && parse_host(r, server->server_hostname, own)) {
        own->port = server->port;
    }
    else {
        return;
    }
    revmap_origin_set_scheme(own, scheme);
    facts->exchange.own = &facts->own;
}

/* Is it sent in the place of another response?  That of a backend may lead
 * here without being an error: a local redirect of CGI. */
static int is_in_place_of(const request_rec *prev)
{
    return ap_is_HTTP_ERROR(prev->status) || revmap_proxied_of(prev);
}

/* The request that the client sent. */
static REVMAP_NOINLINE const request_rec *find_first(const request_rec *r,
                                                     revmap_exchange *exchange)
{
    for (; r->main || r->prev; r = r->main ? r->main : r->prev) {
        if (!r->main && is_in_place_of(r->prev)) {
            exchange->error_page =
                revmap_slice_before(revmap_slice_of(r->unparsed_uri), '?');
        }
    }
    return r;
}

/* A client may ask a server as if it were a proxy: by a whole URL. */
static REVMAP_NOINLINE revmap_slice behind_site(revmap_slice text)
{
    const char *scheme = strstr(text.ptr, "://");

    if (scheme) {
        text = revmap_slice_of(scheme + BEHIND_SCHEME.len);
        text = revmap_slice_from(text, authority_at(text).len);
    }
    return text;
}

/* The request line's path and query, which stay as the client sent them. */
static void gather_public_url(const request_rec *r, revmap_exchange *exchange)
{
    revmap_slice text;

    exchange->error_page = REVMAP_LITERAL("");
    if (r->main || r->prev) {
        r = find_first(r, exchange);
    }
    text = revmap_slice_of(r->unparsed_uri);
    if (text.ptr[0] != '/') {
        text = behind_site(text);
    }
    exchange->public_path = revmap_slice_before(text, '?');
    exchange->public_query = revmap_slice_from(text, exchange->public_path.len);
    if (!exchange->public_path.len) {
        exchange->public_path = REVMAP_LITERAL("/");
    }
}

/* ---- the backend's side ------------------------------------------------- */

/* What mod_proxy requested: what follows "proxy:" in r->filename. */
static revmap_slice requested_url(const request_rec *r)
{
    revmap_slice url = revmap_slice_of(r->filename);

    return revmap_slice_begins_with(url, PROXY)
               ? revmap_slice_from(url, PROXY.len)
               : REVMAP_LITERAL("");
}

/* Before 2.4.62 a balancer's name stands there, and the member that was chosen
 * in the environment. */
static revmap_slice member_url(request_rec *r, revmap_slice url)
{
    const char *member =
        apr_table_get(r->subprocess_env, "BALANCER_WORKER_NAME");

    if (member) {
        url = revmap_slice_from(url, strlen(BALANCER_PREFIX));
        url = revmap_slice_from(url, authority_at(url).len);
        url = revmap_slice_of(apr_pstrcat(r->pool, member, url.ptr, NULL));
    }
    return url;
}

/* A text that begins with the backend's "scheme://authority", which has so many
 * bytes.  Headers do not name what is not called http or https there. */
static void set_backend(revmap_exchange *exchange, const revmap_origin *backend,
                        revmap_slice url, apr_size_t len)
{
    exchange->backend = backend;
    exchange->backend_target = revmap_slice_from(url, len);
    exchange->backend_site =
        revmap_slice_begins_with(url, REVMAP_LITERAL("http"))
            ? revmap_slice_make(url.ptr, len)
            : REVMAP_LITERAL("");
}

/* The path of a FastCGI, SCGI or uwsgi backend is not that of a URL, and the
 * backend has no origin. */
static REVMAP_NOINLINE void read_backend(request_rec *r, revmap_slice url,
                                         revmap_facts *facts)
{
    revmap_slice rest = url;
    revmap_reason reason = revmap_backend_read(&facts->backend, &rest);

    if (reason && revmap_is_balancer(url.ptr)) {
        rest = url = member_url(r, url);
        reason = revmap_backend_read(&facts->backend, &rest);
    }
    if (reason) {
        set_backend(&facts->exchange, NULL, REVMAP_LITERAL(""), 0);
    }
    else {
        set_backend(&facts->exchange, &facts->backend, url, url.len - rest.len);
    }
}

/* Mostly it is the very text that the worker is known by. */
static void gather_backend(request_rec *r, const revmap_proxied *proxied,
                           revmap_facts *facts)
{
    revmap_slice url = requested_url(r);
    const revmap_worker *worker =
        proxied ? revmap_worker_of(proxied->worker) : NULL;

    if (worker && revmap_slice_begins_with(url, worker->site)
        && url.ptr[worker->site.len] == '/') {
        set_backend(&facts->exchange, &worker->origin, url, worker->site.len);
    }
    else {
        read_backend(r, url, facts);
    }
}

/* An AJP, FastCGI, SCGI or uwsgi backend is always told what the client
 * asked for. */
static int is_told(const proxy_dir_conf *proxy, const revmap_origin *backend)
{
    return proxy
           && (!backend || backend->scheme == REVMAP_AJP
               || proxy->preserve_host);
}

/* mod_proxy's view of the section.  Its directives need not be there, and
 * neither need mod_proxy. */
static const proxy_dir_conf *proxy_config_of(request_rec *r)
{
    const module *proxy = revmap_proxy_module();

    return proxy ? ap_get_module_config(r->per_dir_config, proxy) : NULL;
}

/* The scheme that the backend was told.  A gateway is told that of the
 * connection, even where ServerName says that TLS ends before this server. */
static revmap_scheme told_scheme(request_rec *r, const revmap_origin *backend)
{
    APR_OPTIONAL_FN_TYPE(ssl_is_https) * is_https;
    revmap_scheme imagined = revmap_imagined_scheme(r->connection);

    if (backend && backend->scheme != REVMAP_AJP) {
        return backend->scheme;
    }
    if (imagined) {
        return imagined;
    }
    is_https = APR_RETRIEVE_OPTIONAL_FN(ssl_is_https);
    return is_https && is_https(r->connection) ? REVMAP_HTTPS : REVMAP_HTTP;
}

/* The Host header that a backend received which was told the client's. */
static const char *received_host(const request_rec *r)
{
    const revmap_proxied *proxied = revmap_proxied_of(r);

    return proxied && proxied->host ? proxied->host
                                    : apr_table_get(r->headers_in, "Host");
}

/* It has to be this site's own.  While ProxyPassReverse lines apply, mod_proxy
 * has mapped what bears it. */
static REVMAP_NOINLINE void
read_told(request_rec *r, const proxy_dir_conf *proxy, revmap_facts *facts)
{
    const char *host = received_host(r);

    if (!host || proxy->raliases->nelts || !parse_host(r, host, &facts->told)
        || !is_own_host(r, facts->written, &facts->told)) {
        return;
    }
    revmap_origin_set_scheme(&facts->told,
                             told_scheme(r, facts->exchange.backend));
    facts->exchange.told = &facts->told;
}

static void gather_told(request_rec *r, revmap_facts *facts)
{
    const proxy_dir_conf *proxy = proxy_config_of(r);

    facts->exchange.told = NULL;
    if (is_told(proxy, facts->exchange.backend)) {
        read_told(r, proxy, facts);
    }
}

void revmap_gather_facts(request_rec *r, const revmap_dir_config *config,
                         revmap_facts *facts)
{
    const revmap_server_config *server = revmap_server_config_of(r->server);
    revmap_exchange *exchange = &facts->exchange;
    revmap_scheme front = front_scheme(r);
    int by_name;

    facts->is_gathered = 1;
    facts->own.text = NULL;
    facts->r = r;
    exchange->pool = r->pool;
    exchange->scope = config->scope;
    exchange->mounts = server->mounts;
    if (server->files->nelts) {
        revmap_add_files(r, server, exchange);
    }
    facts->written = exchange->scope;
    exchange->is_redirect = ap_is_HTTP_REDIRECT(r->status);
    exchange->repeats = r->method_number == M_GET
                        || r->status == HTTP_TEMPORARY_REDIRECT
                        || r->status == HTTP_PERMANENT_REDIRECT;
    exchange->absolute_redirects = config->origin_mode > REVMAP_ORIGIN_AUTO;
    by_name = gather_asked(r, server->name, front, facts);
    gather_own(r, config, by_name, site_scheme(r, front), facts);
    gather_public_url(r, exchange);
    gather_backend(r, revmap_proxied_of(r), facts);
    gather_told(r, facts);
    revmap_complete_scope(r, config, exchange);
    revmap_exchange_prepare(exchange);
    if (config->automatic == REVMAP_AUTO_ON && exchange->backend) {
        revmap_add_rule_of_request(r, exchange);
    }
}

/* ---- the request direction ---------------------------------------------- */

/* Is it the origin of a URL on this site, as a client may write it?  Any
 * name of this virtual host will do, by the scheme of this site, on a port
 * on which it is known or was asked. */
static int is_own_origin(const void *data, const revmap_origin *origin)
{
    const revmap_facts *facts = data;
    const revmap_exchange *exchange = &facts->exchange;
    request_rec *r = facts->r;
    revmap_scheme scheme = site_scheme(r, front_scheme(r));

    if (exchange->own && revmap_origin_equal(origin, &exchange->own->origin)) {
        return 1;
    }
    return origin->scheme == scheme && is_own_host(r, facts->written, origin)
           && (is_own_port(r, scheme, origin->port)
               || (exchange->asked && exchange->asked->port == origin->port
                   && revmap_origin_same_host(exchange->asked, origin)));
}

/* The scheme by which the backend is asked, and the Host that it gets. */
static int gather_received(request_rec *r, revmap_facts *facts)
{
    const revmap_origin *backend = facts->exchange.backend;
    const char *host =
        is_told(proxy_config_of(r), backend) ? received_host(r) : NULL;
    revmap_origin *received = &facts->received.origin;

    if (host) {
        if (!parse_host(r, host, received)) {
            return 0;
        }
        revmap_origin_set_scheme(received, told_scheme(r, backend));
    }
    else if (backend && backend->scheme != REVMAP_AJP) {
        *received = *backend;
    }
    else {
        return 0;
    }
    facts->received.text = revmap_origin_text(r->pool, received);
    return 1;
}

void revmap_gather_forward(request_rec *r, revmap_facts *facts,
                           revmap_forwarding *forward)
{
    forward->exchange = &facts->exchange;
    forward->received = gather_received(r, facts) ? &facts->received : NULL;
    forward->is_own = is_own_origin;
    forward->data = facts;
}
