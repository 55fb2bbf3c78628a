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

/* Interim responses: 101 (Switching Protocols) and 103 (Early Hints).
 *
 * mod_proxy_http writes them to the client's connection itself, past all
 * filters of the request.  A filter on what it reads from the backend sees
 * their lines, one at a time, and stops at the final response, which is left
 * to the output filter. */

#include "revmap/httpd/interim.h"
#include "revmap/httpd/proxied.h"

#include "apr_lib.h"
#include "apr_optional_hooks.h"
#include "apr_strings.h"
#include "mod_proxy.h"
#include "util_filter.h"

#include "revmap/cookie.h"

/* Where the status begins in "HTTP/1.1 200". */
#define STATUS_AT 9

static ap_filter_rec_t *interim_filter;

/* status-line = HTTP-version SP 3DIGIT ...  (RFC 9112 section 4); mod_proxy
 * looks at no more digits either. */
static int status_of(const char *line)
{
    const char *code = strchr(line, ' ');

    if (strncmp(line, "HTTP/", 5) != 0 || !code || !apr_isdigit(code[1])
        || !apr_isdigit(code[2]) || !apr_isdigit(code[3])) {
        return 0;
    }
    return (code[1] - '0') * 100 + (code[2] - '0') * 10 + (code[3] - '0');
}

static int is_interim(int status)
{
    return status >= 100 && status < 200;
}

/* Length of a line without what ends it. */
static apr_size_t text_length(const char *line, apr_size_t len)
{
    while (len && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
        len--;
    }
    return len;
}

/* The length of a line with which mod_proxy gives up a response. */
static apr_size_t response_field_size(const request_rec *r)
{
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 78)
    const proxy_worker *worker = revmap_proxied_of(r)->worker;

    if (worker && worker->s->response_field_size_set) {
        return worker->s->response_field_size;
    }
#endif
    return HUGE_STRING_LEN;
}

/* How long the value of a field may be in a line. */
static apr_size_t room_for(const request_rec *r, const char *name)
{
    apr_size_t others = strlen(name) + strlen(": ") + 2;
    apr_size_t size = response_field_size(r);

    return size > others ? size - others : 0;
}

/* A line that would grow beyond ResponseFieldSize stays: mod_proxy would give
 * up the whole response for it. */
static void fit(revmap_interim *in, const revmap_field *field,
                revmap_outcome *outcome)
{
    if (!outcome->value
        || strlen(outcome->value) <= room_for(in->r, field->name)) {
        return;
    }
    outcome->value = NULL;
    outcome->reason = REVMAP_UNFIT;
    if (field->header->kind == REVMAP_KIND_COOKIE) {
        revmap_cookie_identify(&in->facts->exchange,
                               revmap_slice_of(field->value), in->r->pool,
                               &outcome->cookie);
    }
}

static const char *map_field(revmap_interim *in, const revmap_field *field)
{
    request_rec *r = in->r;
    revmap_outcome outcome;

    if (!in->facts) {
        in->facts = apr_palloc(r->pool, sizeof(*in->facts));
        in->facts->is_gathered = 0;
    }
    revmap_know(r, in->facts);
    revmap_header_map(&in->facts->exchange, revmap_slice_of(field->value),
                      r->pool, &outcome, field->header);
    fit(in, field, &outcome);
    return revmap_report_outcome(r, &in->facts->exchange, field, &outcome);
}

/* field-line = field-name ":" OWS field-value OWS  (RFC 9112 section 5)
 * Returns the new line, or NULL if it stays. */
static const char *map_line(revmap_interim *in, const char *line,
                            apr_size_t len)
{
    const revmap_dir_config *config =
        ap_get_module_config(in->r->per_dir_config, &revmap_module);
    apr_size_t end = text_length(line, len);
    const char *colon = memchr(line, ':', end);
    const char *mapped;
    revmap_field field;

    if (!colon || memchr(line, '\0', len)) {
        return NULL;
    }
    field.name = apr_pstrmemdup(in->r->pool, line, (apr_size_t)(colon - line));
    field.header = revmap_header_find(config->scope, field.name);
    if (field.header->kind == REVMAP_KIND_NONE) {
        return NULL;
    }
    colon++;
    while (colon < line + end && (*colon == ' ' || *colon == '\t')) {
        colon++;
    }
    field.value =
        apr_pstrmemdup(in->r->pool, colon, (apr_size_t)(line + end - colon));
    mapped = map_field(in, &field);
    return mapped ? apr_pstrcat(in->r->pool, field.name, ": ", mapped,
                                line + end, NULL)
                  : NULL;
}

/* mod_proxy_http keeps the cookies of an interim response for the final one
 * if it has not sent them to the client.
 *
 * Returns zero if this is not an interim response. */
static int begin(revmap_interim *in, const char *line)
{
    if (in->is_later) {
        revmap_keep_mapped(in->r);
    }
    in->is_later = 1;
    in->status = status_of(line);
    return is_interim(in->status);
}

/* Follow the response line by line.  Returns zero when there is nothing more
 * to be seen: the final response begins, or another protocol. */
static int follow(revmap_interim *in, const char *line, apr_size_t len,
                  const char **mapped)
{
    if (!in->status) {
        return begin(in, line);
    }
    if (text_length(line, len) == 0) {
        int goes_on = in->status != HTTP_SWITCHING_PROTOCOLS;

        in->status = 0;
        return goes_on;
    }
    *mapped = map_line(in, line, len);
    return 1;
}

static void replace(apr_bucket_brigade *bb, const char *line)
{
    apr_brigade_cleanup(bb);
    APR_BRIGADE_INSERT_TAIL(
        bb, apr_bucket_transient_create(line, strlen(line), bb->bucket_alloc));
}

/* What has been read, and what is missing of a line that is not too long for
 * mod_proxy.  Returns NULL if it is not a whole line. */
static const char *whole_line(ap_filter_t *f, apr_bucket_brigade *bb,
                              apr_read_type_e block, apr_size_t *len)
{
    request_rec *r = ((revmap_interim *)f->ctx)->r;
    apr_bucket_brigade *more = apr_brigade_create(r->pool, f->c->bucket_alloc);
    char *line;

    while (apr_brigade_pflatten(bb, &line, len, r->pool) == APR_SUCCESS
           && *len) {
        if (line[*len - 1] == '\n') {
            return apr_pstrmemdup(r->pool, line, *len);
        }
        if (*len >= response_field_size(r)
            || ap_get_brigade(f->next, more, AP_MODE_GETLINE, block, 0)
                   != APR_SUCCESS
            || APR_BRIGADE_EMPTY(more)) {
            break;
        }
        APR_BRIGADE_CONCAT(bb, more);
    }
    return NULL;
}

/* obs-fold = OWS CRLF RWS  (RFC 9112 section 5.2)
 * Does the field go on in the next line?  mod_proxy looks for that, too. */
static int is_folded(ap_filter_t *f)
{
    request_rec *r = ((revmap_interim *)f->ctx)->r;
    apr_bucket_brigade *bb = apr_brigade_create(r->pool, f->c->bucket_alloc);
    apr_size_t len = 1;
    char next = '\0';

    if (ap_get_brigade(f->next, bb, AP_MODE_SPECULATIVE, APR_BLOCK_READ, 1)
        == APR_SUCCESS) {
        apr_brigade_flatten(bb, &next, &len);
    }
    apr_brigade_destroy(bb);
    return next == ' ' || next == '\t';
}

/* Nearly all responses begin with a final status.  That is told without a
 * copy of the line, which is final if its status is anywhere else: mod_proxy
 * reads none then. */
static int is_plainly_final(apr_bucket_brigade *bb)
{
    const char *line;
    apr_size_t len;

    return !APR_BRIGADE_EMPTY(bb)
           && apr_bucket_read(APR_BRIGADE_FIRST(bb), &line, &len,
                              APR_NONBLOCK_READ)
                  == APR_SUCCESS
           && len > STATUS_AT && line[STATUS_AT] >= '2'
           && line[STATUS_AT] <= '5';
}

/* A field of several lines stays as it is: one of them tells nothing. */
static REVMAP_NOINLINE void look_at(ap_filter_t *f, apr_bucket_brigade *bb,
                                    apr_read_type_e block)
{
    const char *mapped = NULL;
    apr_size_t len;
    const char *line = whole_line(f, bb, block, &len);

    if (!line) {
        return;
    }
    if (!follow(f->ctx, line, len, &mapped)) {
        ap_remove_input_filter(f);
    }
    if (mapped && !is_folded(f)) {
        replace(bb, mapped);
    }
}

static apr_status_t filter_line(ap_filter_t *f, apr_bucket_brigade *bb,
                                ap_input_mode_t mode, apr_read_type_e block,
                                apr_off_t bytes)
{
    apr_status_t status = ap_get_brigade(f->next, bb, mode, block, bytes);
    const revmap_interim *in = f->ctx;

    if (status != APR_SUCCESS || mode != AP_MODE_GETLINE) {
        return status;
    }
    if ((!in->is_later && is_plainly_final(bb))
        || !revmap_is_to_be_mapped(in->r)) {
        ap_remove_input_filter(f);
    }
    else {
        look_at(f, bb, block);
    }
    return status;
}

/* mod_proxy's create_req hook: a request to an HTTP backend is about to be
 * sent. */
static int watch(request_rec *r, request_rec *backend)
{
    revmap_proxied *proxied = revmap_proxied_of(r);

    if (proxied) {
        revmap_interim *in = &proxied->interim;

        memset(in, 0, sizeof(*in));
        in->r = r;
        ap_add_input_filter_handle(interim_filter, in, backend,
                                   backend->connection);
    }
    return OK;
}

void revmap_register_interim(void)
{
    interim_filter = ap_register_input_filter("REVMAP_INTERIM", filter_line,
                                              NULL, AP_FTYPE_PROTOCOL);
    APR_OPTIONAL_HOOK(proxy, create_req, watch, NULL, NULL, APR_HOOK_MIDDLE);
}
