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

/* Four times the input takes four times the work, not sixteen times. */

#include "fixture.h"
#include "work.h"

#define FEW 2000
#define TIMES 4

/* A field: a beginning, then a piece over and over. */
static const struct {
    const char *about;
    const char *begin;
    const char *piece;
    int is_request;
} inputs[] = {
    {"semicolons", "a=b", ";", 0},
    {"one long value", "sid=", "x", 0},
    {"one long Path", "a=b; Path=/app/", "x", 0},
    {"Paths", "a=b", "; Path=/app/x", 0},
    {"Paths that stay", "a=b", "; Path=/x", 0},
    {"Domains", "a=b", "; Domain=b.test", 0},
    {"Domains by a line", "a=b", "; Domain=x.y.corp", 0},
    {"flags", "a=b", "; Secure;HttpOnly; SameSite=None", 0},
    {"unknown attributes", "sid=b", "; x=y", 0},
    {"cookies", "a=b", "; c=d", 1},
    {"cookies with another name", "a=b", "; app-sid=x", 1},
    {"cookies that go", "a=b", "; sid=x", 1},
    {"semicolons of a request", "a=b", ";", 1},
};

static const setting set = {
    .lines = {"/p/ http://b.test/app/", "/q/ http://b.test/app/",
              "cookiedomain .y.corp pub.example", "cookie sid rename=app-sid",
              "cookie * HttpOnly SameSite=Lax -Secure", "cookie ~^x narrow"},
    .requested = "http://b.test/app/page",
    .asked = "https://pub.example/p/page",
};

static const char *field_of(apr_pool_t *pool, size_t i, size_t count)
{
    size_t begin = strlen(inputs[i].begin);
    size_t piece = strlen(inputs[i].piece);
    char *field = apr_palloc(pool, begin + count * piece + 1);
    size_t n;

    memcpy(field, inputs[i].begin, begin + 1);
    for (n = 0; n < count; n++) {
        memcpy(field + begin + n * piece, inputs[i].piece, piece + 1);
    }
    return field;
}

static unsigned long work_of(size_t i, size_t count)
{
    world w = world_of(&set);
    revmap_slice field = revmap_slice_of(field_of(w.pool, i, count));
    unsigned long before = work_done;
    revmap_outcome outcome;

    if (inputs[i].is_request) {
        revmap_cookie_return(w.scope, field, w.pool);
    }
    else {
        revmap_cookie_map(&w.exchange, field, w.pool, &outcome);
    }
    before = work_done - before;
    end_world(&w);
    return before;
}

int main(void)
{
    size_t i;

    for (i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        unsigned long few = work_of(i, FEW);
        unsigned long many = work_of(i, TIMES * FEW);

        ok(few > FEW && many < few * TIMES * 11 / 10, "%s: %lu steps, then %lu",
           inputs[i].about, few, many);
    }
    return done_testing();
}
