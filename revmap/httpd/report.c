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

static void log_outcome(request_rec *r, const revmap_field *field,
                        const revmap_outcome *outcome, int is_dry)
{
    static const revmap_place nowhere = {"none", 0, 0};
    const revmap_place *place = outcome->place ? outcome->place : &nowhere;

    if (outcome->value) {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, r,
                      "%s: '%s' %s '%s' (%s:%u)", title_of(r, field),
                      field->value, is_dry ? "would be" : "->", outcome->value,
                      place->file, place->line);
    }
    else {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE3, 0, r,
                      "%s: '%s' stays: %s (%s:%u)", title_of(r, field),
                      field->value, revmap_reason_words(outcome->reason),
                      place->file, place->line);
    }
}

/* ---- all together ------------------------------------------------------- */

const char *revmap_report_outcome(request_rec *r,
                                  const revmap_exchange *exchange,
                                  const revmap_field *field,
                                  const revmap_outcome *outcome)
{
    const char *title = outcome->value ? title_of(r, field) : NULL;
    int is_dry = revmap_is_dry_run(r);

    if (APLOG_R_IS_LEVEL(r, APLOG_TRACE1)) {
        log_outcome(r, field, outcome, is_dry);
    }
    revmap_count_field(r, field->header, title, outcome, is_dry);
    if (outcome->value) {
        revmap_note_rewritten(r, field, title, outcome);
    }
    else {
        revmap_note_left(r, field, outcome);
    }
    if (revmap_is_worth_warning(outcome)) {
        revmap_warn_of(r, exchange, field, outcome);
    }
    /* The headers of a subrequest do not get to the client. */
    if (field->header && field->header->kind == REVMAP_KIND_COOKIE
        && !r->main) {
        revmap_look_for_clash(r, exchange, field->value, &outcome->cookie);
    }
    return is_dry ? NULL : outcome->value;
}
