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

/* What mod_status shows: for people on its page, for programs by "?auto". */

#include "revmap/httpd/counters.h"
#include "revmap/httpd/file.h"
#include "revmap/httpd/report.h"

#include "apr_optional_hooks.h"
#include "apr_strings.h"
#include "http_core.h"
#include "http_protocol.h"
#include "mod_status.h"

static const struct {
    const char *name;
    const char *words;
} events[REVMAP_EVENTS] = {
    {"Responses", "responses of backends"},
    {"Leaks", "leaks: URLs of backends that no rule covers"},
    {"Loops", "redirects that would loop"},
    {"Clashes", "cookies of one backend over those of another"},
};

/* A value that a backend has sent, on one line and in ASCII. */
static const char *shown(apr_pool_t *pool, const char *value)
{
    return ap_escape_logitem(pool, value);
}

/* ---- for programs ------------------------------------------------------- */

static void print_number(request_rec *r, const char *name, apr_uint64_t number)
{
    ap_rprintf(r, "RevMap%s: %" APR_UINT64_T_FMT "\n", name, number);
}

static void print_numbered(request_rec *r, const char *name, const char *what,
                           apr_uint64_t number)
{
    ap_rprintf(r, "RevMap%s[%s]: %" APR_UINT64_T_FMT "\n", name,
               shown(r->pool, what), number);
}

static void print_event(request_rec *r, revmap_event event)
{
    const char *name = events[event].name;
    apr_uint32_t age;
    const char *last = revmap_counted_last(r, event, &age);

    print_number(r, name, revmap_counted(event));
    if (last) {
        ap_rprintf(r, "RevMap%sLast: %s\n", name, shown(r->pool, last));
        ap_rprintf(r, "RevMap%sAge: %u\n", name, age);
    }
}

static void print_headers(request_rec *r)
{
    unsigned int i;

    for (i = 0; i < REVMAP_HEADER_COUNTERS; i++) {
        const char *name;
        apr_uint64_t dry;
        apr_uint64_t rewritten = revmap_counted_header(r->pool, i, &name, &dry);

        if (rewritten) {
            print_numbered(r, "Rewritten", name, rewritten);
        }
        if (dry) {
            print_numbered(r, "DryRun", name, dry);
        }
    }
}

static void print_left(request_rec *r)
{
    int i;

    for (i = 0; i < REVMAP_REASONS; i++) {
        apr_uint64_t left = revmap_counted_left((revmap_reason)i);

        if (left) {
            print_numbered(r, "Left", revmap_reason_name((revmap_reason)i),
                           left);
        }
    }
}

static void print_hits(request_rec *r)
{
    const apr_array_header_t *lines = revmap_counted_lines();
    int i;

    for (i = 0; i < lines->nelts; i++) {
        const revmap_counted_line *line =
            &APR_ARRAY_IDX(lines, i, revmap_counted_line);

        if (line->counter) {
            print_numbered(r, "Hits", line->where.ptr,
                           revmap_hits_of(line->counter));
        }
    }
    print_numbered(r, "Hits", "other", revmap_hits_of(0));
}

/* A file and the whole seconds since it was read. */
static revmap_file_status file_status(const request_rec *r, int i,
                                      apr_uint64_t *age)
{
    revmap_file_status status;
    apr_time_t passed;

    revmap_file_status_of(APR_ARRAY_IDX(revmap_files(), i, revmap_file *),
                          &status);
    passed = r->request_time - status.loaded;
    *age = passed > 0 ? (apr_uint64_t)apr_time_sec(passed) : 0;
    return status;
}

static void print_files(request_rec *r)
{
    int i;

    for (i = 0; i < revmap_files()->nelts; i++) {
        apr_uint64_t age;
        revmap_file_status file = file_status(r, i, &age);

        print_numbered(r, "FileRules", file.path, file.rules);
        print_numbered(r, "FileAge", file.path, age);
        print_numbered(r, "FileFailures", file.path, file.failures);
    }
}

static void print_short(request_rec *r)
{
    int i;

    for (i = 0; i < REVMAP_EVENTS; i++) {
        print_event(r, (revmap_event)i);
    }
    print_headers(r);
    print_left(r);
    print_hits(r);
    print_files(r);
}

/* ---- for people --------------------------------------------------------- */

static const char *html(request_rec *r, const char *text)
{
    return ap_escape_html(r->pool, shown(r->pool, text));
}

static void show_row(request_rec *r, const char *what, apr_uint64_t number,
                     const char *more)
{
    ap_rprintf(r,
               "<tr><td>%s</td><td align=\"right\">%" APR_UINT64_T_FMT
               "</td><td>%s</td></tr>\n",
               html(r, what), number, more);
}

static void show_title(request_rec *r, const char *what, const char *more)
{
    ap_rprintf(r, "<tr><th>%s</th><th>Count</th><th>%s</th></tr>\n", what,
               more);
}

static void show_events(request_rec *r)
{
    int i;

    show_title(r, "Event", "The last one");
    for (i = 0; i < REVMAP_EVENTS; i++) {
        apr_uint32_t age;
        const char *last = revmap_counted_last(r, (revmap_event)i, &age);

        show_row(
            r, events[i].words, revmap_counted((revmap_event)i),
            last ? apr_psprintf(r->pool, "%s (%u s ago)", html(r, last), age)
                 : "");
    }
}

static void show_headers(request_rec *r)
{
    unsigned int i;

    show_title(r, "Header rewritten", "Left by DryRun");
    for (i = 0; i < REVMAP_HEADER_COUNTERS; i++) {
        const char *name;
        apr_uint64_t dry;
        apr_uint64_t rewritten = revmap_counted_header(r->pool, i, &name, &dry);

        if (rewritten || dry) {
            show_row(r, name, rewritten,
                     apr_psprintf(r->pool, "%" APR_UINT64_T_FMT, dry));
        }
    }
}

static void show_left(request_rec *r)
{
    int i;

    show_title(r, "Left as it is", "Why");
    for (i = 0; i < REVMAP_REASONS; i++) {
        apr_uint64_t left = revmap_counted_left((revmap_reason)i);

        if (left) {
            show_row(r, revmap_reason_name((revmap_reason)i), left,
                     revmap_reason_words((revmap_reason)i));
        }
    }
}

static void show_hits(request_rec *r)
{
    const apr_array_header_t *lines = revmap_counted_lines();
    int i;

    show_title(r, "Line", "What it says");
    for (i = 0; i < lines->nelts; i++) {
        const revmap_counted_line *line =
            &APR_ARRAY_IDX(lines, i, revmap_counted_line);

        if (line->counter) {
            show_row(r, line->where.ptr, revmap_hits_of(line->counter),
                     html(r, apr_pstrcat(r->pool, line->directive->directive,
                                         " ", line->directive->args, NULL)));
        }
    }
    show_row(r, "other", revmap_hits_of(0), "lines that are not listed");
}

static void show_files(request_rec *r)
{
    int i;

    if (revmap_files()->nelts) {
        show_title(r, "Map file, as this process has it", "Read");
    }
    for (i = 0; i < revmap_files()->nelts; i++) {
        apr_uint64_t age;
        revmap_file_status file = file_status(r, i, &age);

        show_row(r, file.path, file.rules,
                 apr_psprintf(r->pool,
                              "%" APR_UINT64_T_FMT " s ago; since then, "
                              "%u changes could not be taken",
                              age, file.failures));
    }
}

static void show_page(request_rec *r, int flags)
{
    ap_rputs("<hr />\n<h2>mod_revmap</h2>\n"
             "<table border=\"0\" cellpadding=\"2\">\n",
             r);
    show_events(r);
    show_headers(r);
    show_left(r);
    if (!(flags & AP_STATUS_NOTABLE)) {
        show_hits(r);
    }
    show_files(r);
    ap_rputs("</table>\n", r);
}

static int add_to_status(request_rec *r, int flags)
{
    if (flags & AP_STATUS_SHORT) {
        print_short(r);
    }
    else {
        show_page(r, flags);
    }
    return OK;
}

/* mod_status need not be there. */
void revmap_register_status(void)
{
    APR_OPTIONAL_HOOK(ap, status_hook, add_to_status, NULL, NULL,
                      APR_HOOK_MIDDLE);
}
