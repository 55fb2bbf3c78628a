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

/* Each warning has a number, says what is wrong and which line to write. */

#include "revmap/httpd/warnings.h"
#include "revmap/httpd/cookies.h"
#include "revmap/httpd/counters.h"

#include "revmap/noinline.h"
#include "revmap/side.h"

#include "apr_strings.h"

/* What may be shown to others: queries and fragments hold secrets. */
static const char *without_query(apr_pool_t *pool, const char *url,
                                 apr_size_t len)
{
    char *text = apr_pstrmemdup(pool, url, len);

    text[strcspn(text, "?#")] = '\0';
    return text;
}

/* The first segment of a path, as it is written in a line. */
static const char *first_segment(apr_pool_t *pool, revmap_slice path)
{
    char *text;

    if (revmap_path_has_dots(path)) {
        path = revmap_path_remove_dots(pool, path);
    }
    path = revmap_path_normal(pool, path);
    text = apr_pstrmemdup(pool, path.ptr, path.len);
    text[1 + strcspn(text + 1, "/") + (strchr(text + 1, '/') != NULL)] = '\0';
    return text;
}

/* "//host" has the scheme in which the backend was asked. */
static revmap_scheme open_scheme(const revmap_exchange *exchange)
{
    return exchange->backend && exchange->backend->scheme == REVMAP_HTTPS
               ? REVMAP_HTTPS
               : REVMAP_HTTP;
}

/* The backend side of a rule that would cover a URL, which has been read
 * before: its origin and the first segment of its path, if that can stand in
 * a side. */
static const char *side_for(apr_pool_t *pool, const revmap_exchange *exchange,
                            revmap_slice leak)
{
    const char *origin;
    const char *text;
    revmap_side side;
    revmap_url url;

    (void)revmap_url_parse(&url, leak);
    if (url.form == REVMAP_FORM_NETWORK) {
        revmap_origin_set_scheme(&url.origin, open_scheme(exchange));
    }
    origin = revmap_origin_text(pool, &url.origin);
    text = apr_pstrcat(pool, origin, first_segment(pool, revmap_url_path(&url)),
                       NULL);
    return revmap_side_parse_public(pool, &side, text)
               ? apr_pstrcat(pool, origin, "/", NULL)
               : text;
}

static const char *backend_text(request_rec *r, const revmap_exchange *exchange)
{
    return exchange->backend ? revmap_origin_text(r->pool, exchange->backend)
                             : "";
}

static void report_leak(request_rec *r, const revmap_exchange *exchange,
                        const revmap_field *field, revmap_slice leak)
{
    const char *url = without_query(r->pool, leak.ptr, leak.len);
    const char *side = side_for(r->pool, exchange, leak);

    revmap_count_last(r, REVMAP_LEAKS,
                      apr_pstrcat(r->pool, field->name, ": ", url, NULL));
    revmap_warn_hourly(r, "RM0102", NULL, backend_text(r, exchange),
                       "%s names a backend, and no rule covers it, so the "
                       "client gets it as it is: '%s'; write 'RevMap /public/ "
                       "%s' with the path that leads there, or 'RevMap ! %s' "
                       "if it is for the client",
                       field->name, url, side, side);
}

static void report_loop(request_rec *r, const revmap_field *field,
                        const revmap_outcome *outcome)
{
    const char *url =
        without_query(r->pool, field->value, strlen(field->value));

    revmap_count_last(r, REVMAP_LOOPS,
                      apr_pstrcat(r->pool, field->name, ": ", url, NULL));
    revmap_warn_hourly(r, "RM0103", outcome->place, "",
                       "the backend redirects to '%s', which by %s is the URL "
                       "that the client has just requested; it stays, or the "
                       "client would go round in circles.  Usually the "
                       "backend insists on https and does not know that the "
                       "client has it: write 'RequestHeader set "
                       "X-Forwarded-Proto expr=%%{REQUEST_SCHEME}', or https "
                       "if TLS ends before this server",
                       url, revmap_place_text(r->pool, outcome->place).ptr);
}

REVMAP_NOINLINE
void revmap_warn_of(request_rec *r, const revmap_exchange *exchange,
                    const revmap_field *field, const revmap_outcome *outcome)
{
    if (outcome->leak.len) {
        report_leak(r, exchange, field, outcome->leak);
    }
    if (outcome->reason == REVMAP_LOOP) {
        report_loop(r, field, outcome);
    }
    if (outcome->objection) {
        revmap_report_objection(r, field, outcome);
    }
}
