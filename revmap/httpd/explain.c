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

#include "revmap/httpd/explain.h"

#include "apr_strings.h"
#include "http_core.h"
#include "http_main.h"
#include "http_protocol.h"
#include "http_request.h"
#include "mod_core.h"

#include "revmap/httpd/lines.h"
#include "revmap/httpd/listing.h"

/* More than any header is that a browser would take. */
#define MAX_ARGS 65536

/* ---- the question ------------------------------------------------------- */

static const char **field_of(revmap_page *page, const char *name,
                             const char **format)
{
    if (strcmp(name, "url") == 0) {
        return &page->url;
    }
    if (strcmp(name, "header") == 0) {
        return &page->header;
    }
    if (strcmp(name, "value") == 0) {
        return &page->value;
    }
    if (strcmp(name, "backend") == 0) {
        return &page->backend;
    }
    return strcmp(name, "format") == 0 ? format : NULL;
}

/* application/x-www-form-urlencoded, as a form sends it. */
static void read_fields(revmap_page *page, const char **format)
{
    const char *rest = page->r->args ? page->r->args : "";

    if (strlen(rest) > MAX_ARGS) {
        page->error = "the question is too long";
        return;
    }
    while (*rest) {
        char *value = ap_getword(page->r->pool, &rest, '&');
        char *name = ap_getword_nc(page->r->pool, &value, '=');
        const char **field = field_of(page, name, format);

        if (field && ap_unescape_urlencoded(value) != OK) {
            page->error = apr_psprintf(page->r->pool,
                                       "the field '%s' is not encoded as a "
                                       "form would send it",
                                       name);
            *field = "";
        }
        else if (field) {
            revmap_slice text = revmap_slice_trim(revmap_slice_of(value));

            *field = apr_pstrmemdup(page->r->pool, text.ptr, text.len);
        }
    }
}

static void ask(revmap_page *page)
{
    request_rec *r = page->r;
    revmap_question question;

    memset(&question, 0, sizeof(question));
    question.server = r->server;
    question.asker = r;
    question.scheme =
        strcmp(ap_http_scheme(r), "https") == 0 ? REVMAP_HTTPS : REVMAP_HTTP;
    question.url = page->url;
    question.backend = *page->backend ? page->backend : NULL;
    question.header = page->header;
    question.value = page->value;
    page->error = revmap_ask(r->pool, &question, &page->answer);
}

static void answer(revmap_page *page)
{
    page->is_asked = *page->url || *page->value || *page->backend;
    if (page->error || !page->is_asked) {
        return;
    }
    if (!*page->url) {
        page->error = "the public URL is missing: write its path, like "
                      "'/shop/cart'";
    }
    else if (!*page->header) {
        page->error = "the name of the header is missing: write it like "
                      "'Location'";
    }
    else {
        ask(page);
    }
}

/* ---- the map ------------------------------------------------------------ */

/* One in which nothing of ours is written may share that of the main server. */
static int has_own_config(const server_rec *server)
{
    return revmap_server_config_of(server)
           != revmap_server_config_of(ap_server_conf);
}

/* A virtual host has what the main server has, but for what is written here or
 * not inherited. */
static void list_sections(revmap_page *page)
{
    apr_pool_t *pool = page->r->pool;
    server_rec *own = has_own_config(page->r->server) ? page->r->server : NULL;
    apr_array_header_t *places = revmap_lines_begin(pool);
    const server_rec *server = ap_server_conf;

    page->sections =
        revmap_list(pool, server, revmap_lines_of(places, server), own);
    while (own && server != own) {
        const ap_directive_t *lines;

        server = server->next;
        lines = revmap_lines_of(places, server);
        if (server == own) {
            page->sections = apr_array_append(
                pool, revmap_list(pool, own, lines, NULL), page->sections);
        }
    }
}

/* ---- the response ------------------------------------------------------- */

static void set_headers(request_rec *r)
{
    apr_table_t *headers = r->headers_out;

    apr_table_setn(headers, "Cache-Control", "no-store");
    apr_table_setn(headers, "X-Content-Type-Options", "nosniff");
    apr_table_setn(headers, "Referrer-Policy", "no-referrer");
    apr_table_setn(headers, "Content-Security-Policy",
                   apr_pstrcat(r->pool, "default-src 'none'; style-src ",
                               revmap_style_source(),
                               "; form-action 'self'; base-uri 'none'; "
                               "frame-ancestors 'none'",
                               NULL));
}

REVMAP_NOINLINE int revmap_explain(request_rec *r)
{
    const char *format = "";
    revmap_page page;

    ap_allow_standard_methods(r, REPLACE_ALLOW, M_GET, M_OPTIONS, -1);
    if (r->method_number == M_OPTIONS) {
        return ap_send_http_options(r);
    }
    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    memset(&page, 0, sizeof(page));
    page.r = r;
    page.url = page.value = page.backend = "";
    page.header = "Location";
    read_fields(&page, &format);
    answer(&page);
    list_sections(&page);
    r->status = page.error ? HTTP_BAD_REQUEST : HTTP_OK;
    set_headers(r);
    if (strcmp(format, "json") == 0) {
        ap_set_content_type(r, "application/json");
        revmap_write_json(&page);
    }
    else {
        ap_set_content_type(r, "text/html; charset=utf-8");
        revmap_write_html(&page);
    }
    return OK;
}
