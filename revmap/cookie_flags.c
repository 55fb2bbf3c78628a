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

static const struct {
    const char *text;
    apr_size_t len;
} names[REVMAP_COOKIE_FLAGS] = {
    {"Secure", 6},
    {"HttpOnly", 8},
    {"Partitioned", 11},
    {"SameSite", 8},
};

static revmap_slice name_of(int i)
{
    return revmap_slice_make(names[i].text, names[i].len);
}

/* @return REVMAP_COOKIE_FLAGS: it is none */
static int flag_of(const revmap_attribute *attribute)
{
    int i = 0;

    while (i < REVMAP_COOKIE_FLAGS
           && !revmap_attribute_is(attribute, name_of(i))) {
        i++;
    }
    return i;
}

/* ---- deciding ----------------------------------------------------------- */

/* What the backend has sent.
 * @return its SameSite: of several, the last one counts */
static revmap_slice read_flags(revmap_flags *flags, revmap_slice attributes)
{
    revmap_slice same_site = REVMAP_LITERAL("");
    revmap_attribute attribute;

    while (revmap_attribute_next(&attributes, &attribute)) {
        int i = flag_of(&attribute);

        if (i < REVMAP_COOKIE_FLAGS) {
            flags->flag[i].is_there = 1;
        }
        if (i == REVMAP_COOKIE_SAME_SITE) {
            same_site = attribute.value;
        }
    }
    return same_site;
}

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

static void take_wishes(revmap_flags *flags, const revmap_cookie_wishes *wishes)
{
    int i;

    memset(flags->flag, 0, sizeof(flags->flag));
    for (i = 0; i < REVMAP_COOKIE_FLAGS; i++) {
        flags->flag[i].line = wishes->by[i];
        flags->flag[i].says =
            revmap_cookie_says(wishes, (revmap_cookie_aspect)i);
    }
}

void revmap_flags_decide(revmap_flags *flags,
                         const revmap_cookie_wishes *wishes, revmap_slice name,
                         revmap_slice attributes, revmap_outcome *outcome)
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
    prefix = revmap_cookie_prefix_of(name);
    take_wishes(flags, wishes);
    site = read_flags(flags, attributes);
    if (!is_kept(secure)) {
        refuse_insecure(flags, outcome);
    }
    if (same_site->line) {
        site = revmap_slice_of(same_site->says);
    }
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
static int spell(revmap_slice parts[4], int i, const char *says)
{
    parts[0] = REVMAP_LITERAL("; ");
    parts[1] = name_of(i);
    if (i != REVMAP_COOKIE_SAME_SITE) {
        return 2;
    }
    parts[2] = REVMAP_LITERAL("=");
    parts[3] = revmap_slice_of(says);
    return 4;
}

int revmap_flags_edit(revmap_flags *flags, revmap_edits *edits,
                      const revmap_attribute *attribute)
{
    int i = flags->are_spoken_of ? flag_of(attribute) : REVMAP_COOKIE_FLAGS;
    revmap_slice parts[4];
    revmap_flag *flag;

    if (i == REVMAP_COOKIE_FLAGS || !flags->flag[i].line) {
        return 0;
    }
    flag = &flags->flag[i];
    if (flag->is_written || is_removed(flag)) {
        revmap_edits_replace(edits, attribute->whole, NULL, 0,
                             &flag->line->place);
    }
    else if (!is_said_already(flag, i, attribute)) {
        revmap_edits_replace(edits, attribute->whole, parts,
                             spell(parts, i, flag->says), &flag->line->place);
    }
    flag->is_written = 1;
    return 1;
}

void revmap_flags_append(revmap_flags *flags, revmap_edits *edits)
{
    int i;

    for (i = 0; flags->are_spoken_of && i < REVMAP_COOKIE_FLAGS; i++) {
        const revmap_flag *flag = &flags->flag[i];
        revmap_slice parts[4];

        if (flag->line && *flag->says && !flag->is_written) {
            revmap_edits_replace(
                edits, revmap_slice_from(edits->text, edits->text.len), parts,
                spell(parts, i, flag->says), &flag->line->place);
        }
    }
}
