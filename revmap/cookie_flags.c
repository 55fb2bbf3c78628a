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

#include "revmap/cookie_flags.h"

/* ---- deciding ----------------------------------------------------------- */

static int is_removed(const revmap_flag *flag)
{
    return flag->line && !*flag->says;
}

/* Will the cookie have it? */
static int is_kept(const revmap_flag *flag)
{
    return flag->line ? *flag->says != '\0' : flag->is_there;
}

/* A flag that is not set, or not removed, for its cookie's sake. */
static void refuse(revmap_flag *flag, revmap_reason reason,
                   revmap_outcome *outcome)
{
    if (!outcome->objection) {
        outcome->objection = reason;
        outcome->objection_place = &flag->line->place;
    }
    flag->line = NULL;
}

static int is_none(revmap_slice same_site)
{
    return revmap_slice_equal_nocase(same_site, REVMAP_LITERAL("None"));
}

static void refuse_insecure(revmap_flags *flags, revmap_outcome *outcome)
{
    revmap_flag *partitioned = &flags->flag[REVMAP_COOKIE_PARTITIONED];
    revmap_flag *same_site = &flags->flag[REVMAP_COOKIE_SAME_SITE];

    if (partitioned->line && *partitioned->says) {
        refuse(partitioned, REVMAP_NEEDS_SECURE, outcome);
    }
    if (same_site->line && is_none(revmap_slice_of(same_site->says))) {
        refuse(same_site, REVMAP_NEEDS_SECURE, outcome);
    }
}

static int are_spoken_of(const revmap_cookie_wishes *wishes)
{
    int i = 0;

    while (i < REVMAP_COOKIE_FLAGS && !wishes->by[i]) {
        i++;
    }
    return i < REVMAP_COOKIE_FLAGS;
}

static void begin(revmap_flags *flags, const revmap_cookie_wishes *wishes,
                  const revmap_cookie_field *field)
{
    int i;

    memset(flags->flag, 0, sizeof(flags->flag));
    for (i = 0; i < REVMAP_COOKIE_FLAGS; i++) {
        flags->flag[i].is_there = field->last[i] != NULL;
        flags->flag[i].line = wishes->by[i];
        flags->flag[i].says =
            revmap_cookie_says(wishes, (revmap_cookie_aspect)i);
    }
}

void revmap_flags_decide(revmap_flags *flags,
                         const revmap_cookie_wishes *wishes,
                         const revmap_cookie_field *field,
                         revmap_outcome *outcome)
{
    revmap_cookie_prefix prefix;
    revmap_flag *secure = &flags->flag[REVMAP_COOKIE_SECURE];
    revmap_flag *http_only = &flags->flag[REVMAP_COOKIE_HTTP_ONLY];
    const revmap_flag *same_site = &flags->flag[REVMAP_COOKIE_SAME_SITE];
    revmap_slice site;

    flags->are_spoken_of = are_spoken_of(wishes);
    if (!flags->are_spoken_of) {
        return;
    }
    prefix = revmap_cookie_prefix_of(field->name);
    begin(flags, wishes, field);
    if (!is_kept(secure)) {
        refuse_insecure(flags, outcome);
    }
    site = same_site->line
               ? revmap_slice_of(same_site->says)
               : revmap_cookie_last(field, REVMAP_ATTRIBUTE_SAME_SITE);
    if (secure->is_there && is_removed(secure)
        && (prefix || is_none(site)
            || is_kept(&flags->flag[REVMAP_COOKIE_PARTITIONED]))) {
        refuse(secure, REVMAP_NEEDS_FLAG, outcome);
    }
    if (http_only->is_there && is_removed(http_only)
        && revmap_prefix_is_http(prefix)) {
        refuse(http_only, REVMAP_NEEDS_FLAG, outcome);
    }
}

/* ---- writing ------------------------------------------------------------ */

static int is_said_already(const revmap_flag *flag, int i,
                           const revmap_attribute *attribute)
{
    return i != REVMAP_COOKIE_SAME_SITE
           || revmap_slice_equal_nocase(attribute->value,
                                        revmap_slice_of(flag->says));
}

/* "; Secure" or "; SameSite=Lax" */
static void add(revmap_edits *edits, int i, const char *says)
{
    revmap_edits_add(edits, REVMAP_LITERAL("; "));
    revmap_edits_add(edits, revmap_attribute_name((revmap_attribute_type)i));
    if (i == REVMAP_COOKIE_SAME_SITE) {
        revmap_edits_add(edits, REVMAP_LITERAL("="));
        revmap_edits_add(edits, revmap_slice_of(says));
    }
}

void revmap_flags_edit(revmap_flags *flags, revmap_edits *edits,
                       const revmap_attribute *attribute)
{
    int i = (int)attribute->type;
    revmap_flag *flag = &flags->flag[i];

    if (!flag->line) {
        return;
    }
    if (flag->is_written || is_removed(flag)) {
        revmap_edits_remove(edits, attribute->whole, &flag->line->place);
    }
    else if (!is_said_already(flag, i, attribute)) {
        revmap_edits_remove(edits, attribute->whole, &flag->line->place);
        add(edits, i, flag->says);
    }
    flag->is_written = 1;
}

void revmap_flags_append(revmap_flags *flags, revmap_edits *edits)
{
    int i;

    for (i = 0; i < REVMAP_COOKIE_FLAGS; i++) {
        const revmap_flag *flag = &flags->flag[i];

        if (flag->line && *flag->says && !flag->is_written) {
            revmap_edits_append(edits, &flag->line->place);
            add(edits, i, flag->says);
        }
    }
}
