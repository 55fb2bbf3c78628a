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

/* What is told of each field: the log at trace1 what was changed, at trace3
 * what was left as it is, and why. */

#include "revmap/httpd/report.h"
#include "revmap/httpd/clash.h"
#include "revmap/httpd/counters.h"
#include "revmap/httpd/module.h"
#include "revmap/httpd/notes.h"
#include "revmap/httpd/proxied.h"
#include "revmap/httpd/warnings.h"

#include "apr_strings.h"
#include "http_log.h"

APLOG_USE_MODULE(revmap);

int revmap_is_dry_run(const request_rec *r)
{
    const revmap_dir_config *config =
        ap_get_module_config(r->per_dir_config, &revmap_module);

    return config->engine == REVMAP_ENGINE_DRY_RUN;
}

/* The log and the counters tell the two directions apart. */
static const char *title_of(request_rec *r, const revmap_field *field)
{
    return field->header ? field->name
                         : apr_pstrcat(r->pool, "request:", field->name, NULL);
}

/* ---- the log ------------------------------------------------------------ */

static REVMAP_NOINLINE void log_outcome(const revmap_report *report,
                                        const revmap_field *field,
                                        const revmap_outcome *outcome)
{
    static const revmap_place nowhere = {"none", 0, 0};
    const revmap_place *place = outcome->place ? outcome->place : &nowhere;
    request_rec *r = report->r;

    if (outcome->value) {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, r,
                      "%s: '%s' %s '%s' (%s:%u)", title_of(r, field),
                      field->value, report->is_dry_run ? "would be" : "->",
                      outcome->value, place->file, place->line);
    }
    else {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE3, 0, r,
                      "%s: '%s' stays: %s (%s:%u)", title_of(r, field),
                      field->value, revmap_reason_words(outcome->reason),
                      place->file, place->line);
    }
}

/* ---- all together ------------------------------------------------------- */

void revmap_report_begin(revmap_report *report, request_rec *r,
                         const revmap_exchange *exchange)
{
    report->r = r;
    report->exchange = exchange;
    report->noted = &revmap_proxied_of(r)->noted;
    report->shard = revmap_shard_of(r);
    report->is_dry_run = revmap_is_dry_run(r);
    report->is_logged = APLOG_R_IS_LEVEL(r, APLOG_TRACE1);
    report->place = NULL;
}

/* Of the client, or by a name that RevMapHeader gives. */
static REVMAP_NOINLINE void tell_unknown(const revmap_report *report,
                                         const revmap_field *field)
{
    const char *title = title_of(report->r, field);

    revmap_count_unknown(report->shard, title, report->is_dry_run);
    revmap_note_unknown(report->r->pool, report->noted, title);
}

static void tell_header(const revmap_report *report, const revmap_field *field)
{
    unsigned int number =
        field->header ? field->header->number : REVMAP_KNOWN_HEADERS;

    if (number < REVMAP_KNOWN_HEADERS) {
        revmap_count_known(report->shard, number, report->is_dry_run);
        revmap_note_known(report->r, report->noted, field);
    }
    else {
        tell_unknown(report, field);
    }
}

/* Mostly it is the one of the field before. */
static void tell_place(revmap_report *report, const revmap_place *place)
{
    if (place != report->place) {
        report->place = place;
        revmap_note_rule(report->r->pool, report->noted, place);
    }
    revmap_count_hit(report->shard, place);
}

static REVMAP_NOINLINE void tell_left(const revmap_report *report,
                                      const revmap_field *field,
                                      const revmap_outcome *outcome)
{
    revmap_count_left(report->shard, outcome->reason);
    if (outcome->place
        && (outcome->reason == REVMAP_SAME
            || outcome->reason == REVMAP_EXCLUDED)) {
        revmap_count_hit(report->shard, outcome->place);
    }
    revmap_note_left(report->r->pool, report->noted, field, outcome);
}

const char *revmap_report_field(revmap_report *report,
                                const revmap_field *field,
                                const revmap_outcome *outcome)
{
    if (report->is_logged) {
        log_outcome(report, field, outcome);
    }
    if (outcome->value) {
        tell_header(report, field);
        if (outcome->place) {
            tell_place(report, outcome->place);
        }
    }
    else {
        tell_left(report, field, outcome);
    }
    if (revmap_is_worth_warning(outcome)) {
        revmap_warn_of(report->r, report->exchange, field, outcome);
    }
    /* The headers of a subrequest do not get to the client. */
    if (field->header && field->header->kind == REVMAP_KIND_COOKIE
        && !report->r->main) {
        revmap_look_for_clash(report->r, report->exchange, field->value,
                              &outcome->cookie);
    }
    return report->is_dry_run ? NULL : outcome->value;
}

void revmap_report_end(revmap_report *report)
{
    revmap_write_notes(report->r, report->noted);
}

const char *revmap_report_outcome(request_rec *r,
                                  const revmap_exchange *exchange,
                                  const revmap_field *field,
                                  const revmap_outcome *outcome)
{
    revmap_report report;
    const char *value;

    revmap_report_begin(&report, r, exchange);
    value = revmap_report_field(&report, field, outcome);
    revmap_report_end(&report);
    return value;
}
