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

#include "revmap/httpd/remarks.h"
#include "revmap/httpd/module.h"

#include "apr_strings.h"

APLOG_USE_MODULE(revmap);

typedef struct remark {
    server_rec *server;
    const char *text;
} remark;

/* A server reads its configuration for the second time when it has left the
 * terminal and not opened its logs yet.  Filled by the thread that reads. */
static apr_array_header_t *remarks;

void revmap_begin_remarks(apr_pool_t *pconf)
{
    remarks = apr_array_make(pconf, 0, sizeof(remark));
}

int revmap_remark(int level, server_rec *server, const char *format, ...)
{
    const char *text;
    remark *later;
    va_list args;

    if (revmap_is_rehearsal()) {
        return OK;
    }
    va_start(args, format);
    text = apr_pvsprintf(remarks->pool, format, args);
    va_end(args);
    if (revmap_is_config_test()) {
        ap_log_error(APLOG_MARK, level, 0, server, "%s", text);
        return level == APLOG_ERR ? HTTP_INTERNAL_SERVER_ERROR : OK;
    }
    later = apr_array_push(remarks);
    later->server = server;
    later->text = text;
    return OK;
}

static int make_remarks(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                        server_rec *main_server)
{
    int i;

    for (i = 0; i < remarks->nelts; i++) {
        const remark *one = &APR_ARRAY_IDX(remarks, i, const remark);

        ap_log_error(APLOG_MARK, APLOG_WARNING, 0,
                     one->server ? one->server : main_server, "%s", one->text);
    }
    return OK;
}

void revmap_register_remarks(void)
{
    ap_hook_post_config(make_remarks, NULL, NULL, APR_HOOK_MIDDLE);
}
