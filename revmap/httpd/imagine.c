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

#include "revmap/httpd/balancer.h"
#include "revmap/httpd/imagine.h"

#include "apr_strings.h"
#include "http_core.h"
#include "http_protocol.h"
#include "http_request.h"

/* ---- a request that nobody sent ----------------------------------------- */

static apr_sockaddr_t *address_of(apr_pool_t *pool, apr_port_t port)
{
    apr_sockaddr_t *address = NULL;

    apr_sockaddr_info_get(&address, "127.0.0.1", APR_INET, port, 0, pool);
    return address;
}

static conn_rec *imagine_connection(apr_pool_t *pool, server_rec *server,
                                    const revmap_origin *site)
{
    conn_rec *c = apr_pcalloc(pool, sizeof(*c));
    apr_port_t port = server->addrs ? server->addrs->host_port : server->port;

    c->pool = pool;
    c->base_server = server;
    c->conn_config = ap_create_conn_config(pool);
    c->notes = apr_table_make(pool, 2);
    c->bucket_alloc = apr_bucket_alloc_create(pool);
    c->client_addr = address_of(pool, 0);
    c->client_ip = "127.0.0.1";
    c->local_addr = address_of(pool, port);
    c->local_ip = "127.0.0.1";
    ap_set_module_config(c->conn_config, &revmap_module,
                         apr_pmemdup(pool, site, sizeof(*site)));
    return c;
}

revmap_scheme revmap_imagined_scheme(const conn_rec *connection)
{
    const revmap_origin *site =
        ap_get_module_config(connection->conn_config, &revmap_module);

    return site ? site->scheme : REVMAP_SCHEME_NONE;
}

/* The hooks of one module, where all of them would be too many. */
typedef ap_LINK_translate_name_t one_hook;

static int run_of(const char *module, const apr_array_header_t *hooks,
                  request_rec *r)
{
    int status = DECLINED;
    int i;

    for (i = 0; hooks && i < hooks->nelts && status == DECLINED; i++) {
        const one_hook *hook = &APR_ARRAY_IDX(hooks, i, one_hook);

        if (hook->szName && strcmp(hook->szName, module) == 0) {
            status = hook->pFunc(r);
        }
    }
    return status;
}

static void set_host(request_rec *r, const revmap_origin *site)
{
    const char *text;

    if (!site->host.len) {
        return;
    }
    r->hostname = apr_pstrmemdup(r->pool, site->host.ptr, site->host.len);
    text = site->is_ipv6 ? apr_pstrcat(r->pool, "[", r->hostname, "]", NULL)
                         : r->hostname;
    if (site->port) {
        text = apr_psprintf(r->pool, "%s:%u", text, (unsigned int)site->port);
    }
    apr_table_setn(r->headers_in, "Host", text);
}

static void set_target(request_rec *r, const revmap_origin *site,
                       const char *target)
{
    ap_parse_uri(r, target);
    r->parsed_uri.port = site->port;
    if (!r->uri || !*r->uri) {
        r->uri = apr_pstrdup(r->pool, "/");
    }
}

/* Nothing happens, so nothing is to be said of it. */
static const struct ap_logconf silence = {NULL, -1};

request_rec *revmap_imagine(apr_pool_t *pool, server_rec *server,
                            const revmap_origin *site, const char *target)
{
    request_rec *r = apr_pcalloc(pool, sizeof(*r));

    r->pool = pool;
    r->server = server;
    r->connection = imagine_connection(pool, server, site);
    r->request_time = apr_time_now();
    r->per_dir_config = server->lookup_defaults;
    r->request_config = ap_create_request_config(pool);
    r->allowed_methods = ap_make_method_list(pool, 2);
    r->headers_in = apr_table_make(pool, 4);
    r->trailers_in = apr_table_make(pool, 1);
    r->headers_out = apr_table_make(pool, 4);
    r->err_headers_out = apr_table_make(pool, 1);
    r->trailers_out = apr_table_make(pool, 1);
    r->subprocess_env = apr_table_make(pool, 4);
    r->notes = apr_table_make(pool, 4);
    r->useragent_addr = r->connection->client_addr;
    r->useragent_ip = r->connection->client_ip;
    r->log = &silence;
    r->method = "GET";
    r->method_number = M_GET;
    r->protocol = "HTTP/1.1";
    r->proto_num = HTTP_VERSION(1, 1);
    r->the_request = apr_pstrcat(pool, "GET ", target, " HTTP/1.1", NULL);
    r->status = HTTP_OK;
    set_host(r, site);
    set_target(r, site, target);
    run_of("core.c", ap_hook_get_create_request(), r);
    return r;
}

/* ---- where it is forwarded to ------------------------------------------- */

const char *revmap_escape_forwarded(apr_pool_t *pool, const char *url)
{
    const char *colon = strstr(url, "://");
    apr_size_t site;

    if (!colon) {
        return url;
    }
    site = (apr_size_t)(colon - url) + 3 + strcspn(colon + 3, "/");
    return apr_pstrcat(pool, apr_pstrmemdup(pool, url, site),
                       ap_os_escape_path(pool, url + site, 1), NULL);
}

/* "unix:/run/socket|http://host/path" */
static const char *without_socket(const char *url)
{
    const char *bar = strchr(url, '|');

    return bar && !ap_cstr_casecmpn(url, "unix:", 5) ? bar + 1 : url;
}

void revmap_imagine_backend(request_rec *r, const char *url)
{
    const char *member;

    url = without_socket(url);
    r->filename = apr_pstrcat(r->pool, "proxy:", url, NULL);
    r->proxyreq = PROXYREQ_REVERSE;
    r->handler = "proxy-server";
    if (revmap_is_balancer(url)) {
        const char *path;
        const char *name = revmap_split_balancer(r->pool, url, &path);

        member = revmap_first_member(r->pool, r->server, name);
        if (member) {
            apr_table_setn(r->subprocess_env, "BALANCER_NAME", name);
            apr_table_setn(r->subprocess_env, "BALANCER_WORKER_NAME", member);
        }
    }
}

static int is_proxied(const char *name)
{
    return name && strncmp(name, "proxy:", strlen("proxy:")) == 0;
}

static revmap_forward forward(request_rec *r, const char *filename,
                              int is_decoded)
{
    const char *url = filename + strlen("proxy:");

    if (is_decoded) {
        url = revmap_escape_forwarded(r->pool, url);
    }
    if (r->args && !strchr(url, '?')) {
        url = apr_pstrcat(r->pool, url, "?", r->args, NULL);
    }
    revmap_imagine_backend(r, url);
    return REVMAP_FORWARD_PASS;
}

/* As httpd reads a request line: decoded, and without dot segments. */
static void decode_path(request_rec *r)
{
    ap_unescape_url_keep2f(r->uri, 1);
    ap_getparents(r->uri);
}

/* "mapping=encoded": mod_proxy takes the path as the client sends it. */
static int is_passed_encoded(request_rec *r)
{
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 109)
    ap_location_walk(r);
    run_of("mod_proxy.c", ap_hook_get_pre_translate_name(), r);
    if (is_proxied(r->filename)) {
        return 1;
    }
    r->per_dir_config = r->server->lookup_defaults;
#endif
    return 0;
}

revmap_forward revmap_imagine_configured(request_rec *r)
{
    if (is_passed_encoded(r)) {
        return forward(r, r->filename, 0);
    }
    decode_path(r);
    ap_location_walk(r);
    run_of("mod_proxy.c", ap_hook_get_translate_name(), r);
    return is_proxied(r->filename) ? forward(
               r, r->filename, !apr_table_get(r->notes, "proxy-nocanon"))
                                   : REVMAP_FORWARD_NONE;
}

/* The one who asks, asking as the imagined client would. */
static request_rec *disguise(const request_rec *r, const request_rec *asker)
{
    request_rec *copy = apr_pmemdup(r->pool, asker, sizeof(*asker));

    copy->headers_in = apr_table_copy(r->pool, asker->headers_in);
    copy->hostname = r->hostname;
    copy->parsed_uri.port = r->parsed_uri.port;
    if (r->hostname) {
        apr_table_setn(copy->headers_in, "Host",
                       apr_table_get(r->headers_in, "Host"));
    }
    return copy;
}

/* A look-up that is refused, for want of a password, say, ends before the URL
 * gets its final form. */
revmap_forward revmap_imagine_running(request_rec *r, request_rec *asker)
{
    const request_rec *found =
        ap_sub_req_lookup_uri(r->unparsed_uri, disguise(r, asker), NULL);

    r->uri = found->uri;
    r->args = found->args;
    r->per_dir_config = found->per_dir_config;
    r->subprocess_env = apr_table_copy(r->pool, found->subprocess_env);
    if (is_proxied(found->filename)) {
        return forward(r, found->filename, found->status != HTTP_OK);
    }
    if (is_proxied(found->handler) && found->filename) {
        return forward(
            r, apr_pstrcat(r->pool, found->handler, found->filename, NULL), 1);
    }
    return REVMAP_FORWARD_NONE;
}
