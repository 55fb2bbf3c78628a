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

/* A backend module replaces, adds to or appends to the headers that are there
 * already; which of them came from it is told by what is not our own. */

#include "revmap/httpd/own.h"

/* A header that was there before the backend answered. */
typedef struct own_header {
    const char *name;
    const char *value;
    int is_copied; /* a backend module keeps it, but as a copy */
} own_header;

void revmap_own_remember(apr_pool_t *pool, const revmap_scope *scope,
                         const apr_table_t *table, apr_array_header_t **own)
{
    const apr_array_header_t *fields = apr_table_elts(table);
    apr_table_entry_t *field = (apr_table_entry_t *)fields->elts;
    const apr_table_entry_t *end = field + fields->nelts;
    const revmap_header *header;

    for (; (field = revmap_header_next(scope, field, end, &header)) != end;
         field++) {
        own_header *one;

        if (!*own) {
            *own = apr_array_make(pool, 4, sizeof(own_header));
        }
        one = apr_array_push(*own);
        one->name = field->key;
        one->value = field->val;
        one->is_copied = 0;
    }
}

static int holds(const apr_table_t *table, const char *value)
{
    const apr_array_header_t *headers = apr_table_elts(table);
    int i;

    for (i = 0; i < headers->nelts; i++) {
        if (APR_ARRAY_IDX(headers, i, apr_table_entry_t).val == value) {
            return 1;
        }
    }
    return 0;
}

/* The values of our own headers keep their place in memory, unless a backend
 * module (mod_proxy_http2) has copied them. */
void revmap_own_find_copied(const request_rec *r, const apr_array_header_t *own)
{
    int i;

    for (i = 0; i < own->nelts; i++) {
        own_header *one = &APR_ARRAY_IDX(own, i, own_header);

        one->is_copied = !holds(r->headers_out, one->value)
                         && !holds(r->err_headers_out, one->value);
    }
}

static int starts_with(const char *value, const char *start)
{
    return strncmp(value, start, strlen(start)) == 0;
}

apr_size_t revmap_own_length(const apr_array_header_t *own,
                             const apr_table_entry_t *header, int is_joined)
{
    int i;

    for (i = 0; i < own->nelts; i++) {
        own_header *one = &APR_ARRAY_IDX(own, i, own_header);
        apr_size_t len = strlen(one->value);

        if (one->value == header->val) {
            return len;
        }
        if (one->is_copied && !ap_cstr_casecmp(one->name, header->key)
            && starts_with(header->val, one->value)) {
            const char *rest = header->val + len;

            if (!*rest || (is_joined && starts_with(rest, ", "))) {
                one->is_copied = 0; /* one copy of it is ours, not a second */
                return *rest ? len + strlen(", ") : len;
            }
        }
    }
    return 0;
}
