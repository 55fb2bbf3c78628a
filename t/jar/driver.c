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

/* What the engine makes of cookies, for jar.js.  A line of the input is one of
 *
 *     map ASKED REQUESTED LINE [LINE ...]    between TABs; for what follows
 *     set HEX                                a Set-Cookie field
 *     sent HEX                               a Cookie field
 *
 * The answer to the last two is a reason, and the new field in hexadecimal
 * digits, or "=" if it stays.
 */

#include "fixture.h"

#define LENGTH 200000

static size_t read_hex(const char *hex, char *to)
{
    size_t len = 0;
    char digits[3] = {0, 0, 0};

    for (; hex[0] > ' ' && hex[1] > ' '; hex += 2) {
        digits[0] = hex[0];
        digits[1] = hex[1];
        to[len++] = (char)strtol(digits, NULL, 16);
    }
    to[len] = '\0';
    return len;
}

static void answer(const char *reason, const char *value)
{
    printf("%s ", reason);
    if (!value || !*value) {
        puts(value ? "" : "=");
        return;
    }
    for (; *value; value++) {
        printf("%02x", (unsigned char)*value);
    }
    putchar('\n');
}

/* The words are kept: a setting only points to them. */
static void read_map(world *w, char *text, apr_pool_t *pool)
{
    setting set;
    char *last;
    size_t i = 0;

    memset(&set, 0, sizeof(set));
    text = apr_pstrdup(pool, text);
    text[strcspn(text, "\n")] = '\0';
    set.asked = apr_strtok(text, "\t", &last);
    set.requested = apr_strtok(NULL, "\t", &last);
    while (i < 12 && (set.lines[i] = apr_strtok(NULL, "\t", &last)) != NULL) {
        i++;
    }
    *w = world_of(&set);
}

static void read_field(world *w, const char *line, char *value)
{
    apr_pool_t *pool = w->pool;
    revmap_outcome outcome;

    apr_pool_create(&w->pool, pool);
    if (!strncmp(line, "set ", 4)) {
        read_hex(line + 4, value);
        map_cookie(w, value, &outcome);
        answer(revmap_reason_name(outcome.reason),
               outcome.value ? outcome.value : NULL);
    }
    else {
        read_hex(line + 5, value);
        answer("sent",
               revmap_cookie_return(w->scope, revmap_slice_of(value), w->pool));
    }
    apr_pool_destroy(w->pool);
    w->pool = pool;
}

int main(void)
{
    static char line[2 * LENGTH];
    static char value[LENGTH];
    apr_pool_t *pool = new_pool();
    world w;

    memset(&w, 0, sizeof(w));
    while (fgets(line, sizeof(line), stdin)) {
        if (!strncmp(line, "map ", 4)) {
            if (w.pool) {
                end_world(&w);
            }
            read_map(&w, line + 4, pool);
        }
        else if (w.pool) {
            read_field(&w, line, value);
        }
    }
    return 0;
}
