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

/* What the log is told: at trace1 what was changed, at trace3 what was left
 * as it is, and why. */

#include "revmap/httpd/report.h"

#include "http_config.h"
#include "http_log.h"

APLOG_USE_MODULE(revmap);

void revmap_report_outcome(request_rec *r, const revmap_exchange *exchange,
                           const char *name, const char *value,
                           const revmap_outcome *outcome)
{
    static const revmap_place nowhere = {"none", 0};
    const revmap_place *place = outcome->place ? outcome->place : &nowhere;

    if (outcome->value) {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE1, 0, r,
                      "%s: '%s' -> '%s' (%s:%u)", name, value, outcome->value,
                      place->file, place->line);
    }
    else {
        ap_log_rerror(APLOG_MARK, APLOG_TRACE3, 0, r,
                      "%s: '%s' stays: %s (%s:%u)", name, value,
                      revmap_reason_words(outcome->reason), place->file,
                      place->line);
    }
}
