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

/* Whatever RevMapCookie lines say: no cookie that a browser would have taken
 * from the backend is one that it rejects. */

#include "fixture.h"

static int has(const char *field, const char *attribute)
{
    size_t len = strlen(attribute);

    for (field = strchr(field, ';'); field; field = strchr(field, ';')) {
        field += strspn(field, "; ");
        if (!strncmp(field, attribute, len) && strchr("; ", field[len])) {
            return 1;
        }
    }
    return 0;
}

static int begins(const char *field, const char *with)
{
    return !strncmp(field, with, strlen(with));
}

/* As Chromium 120 and RFC 6265bis have it, for fields that are made below:
 * spelled as here, SameSite=Lax behind SameSite=None. */
static int is_accepted(const char *field)
{
    int host = begins(field, "__Host-");
    int http = begins(field, "__Http-") || begins(field, "__Host-Http-");
    int needs_secure =
        host || http || begins(field, "__Secure-")
        || (has(field, "SameSite=None") && !has(field, "SameSite=Lax"))
        || has(field, "Partitioned");

    return (!needs_secure || has(field, "Secure"))
           && (!http || has(field, "HttpOnly"))
           && (!host || (has(field, "Path=/") && !strstr(field, "Domain=")));
}

/* clang-format off */
static const char *const names[] = {
    "a", "__Secure-a", "__Http-a", "__Host-a", "__Host-Http-a",
};
static const char *const attributes[] = {
    "; Secure", "; HttpOnly", "; Partitioned", "; SameSite=None",
    "; SameSite=Lax", "; Path=/", "; Path=/app", "; Domain=b.test",
};
static const char *const words[][4] = {
    {"", "Secure", "-Secure", NULL},
    {"", "HttpOnly", "-HttpOnly", NULL},
    {"", "Partitioned", "-Partitioned", NULL},
    {"", "SameSite=None", "SameSite=Lax", "-SameSite"},
    {"", "narrow", NULL, NULL},
};
/* clang-format on */

static const char *field_of(apr_pool_t *pool, size_t name, size_t bits)
{
    const char *field = apr_pstrcat(pool, names[name], "=b", NULL);
    size_t i;

    for (i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        if (bits >> i & 1) {
            field = apr_pstrcat(pool, field, attributes[i], NULL);
        }
    }
    return field;
}

static const char *rejected_by(const setting *set)
{
    world w = world_of(set);
    const char *wrong = NULL;
    size_t i;

    for (i = 0; i < 5 << 8 && !wrong; i++) {
        revmap_outcome outcome;
        const char *field = field_of(w.pool, i >> 8, i & 255);
        const char *made = map_cookie(&w, field, &outcome);

        if (outcome.value && is_accepted(field) && !is_accepted(made)) {
            wrong = apr_psprintf(w.pool, "%s -> %s", field, made);
        }
    }
    ok(!wrong, "%s | %s | %s | %s | %s: %s", set->lines[1], set->lines[2],
       set->lines[3], set->lines[4], set->lines[5], wrong ? wrong : "");
    end_world(&w);
    return wrong;
}

/* All combinations, each word in a line of its own. */
static void check_rejected(setting *set, size_t row)
{
    char line[40];
    size_t i;

    if (row == sizeof(words) / sizeof(words[0])) {
        rejected_by(set);
        return;
    }
    for (i = 0; i < 4 && words[row][i]; i++) {
        sprintf(line, "cookie * %s", words[row][i]);
        set->lines[row + 1] = *words[row][i] ? line : "cookie x Secure";
        check_rejected(set, row + 1);
    }
}

int main(void)
{
    setting set = {
        .lines = {"/p/ http://b.test:8080/app/"},
        .requested = "http://b.test:8080/app/page",
        .asked = "https://pub.example/p/page",
    };

    check_rejected(&set, 0);
    return done_testing();
}
