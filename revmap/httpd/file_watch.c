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

/* A thread in each child process, which looks at the map files.  The files
 * have to be looked at by the processes that use them: what a child compiles
 * is its own, and no request is to wait for it. */

#include "revmap/httpd/file.h"

#include "apr_atomic.h"
#include "apr_signal.h"
#include "apr_thread_cond.h"
#include "apr_thread_proc.h"
#include "http_config.h"
#include "http_log.h"
#include "mpm_common.h"

APLOG_USE_MODULE(revmap);

#if APR_HAS_THREADS

typedef struct watcher {
    apr_thread_t *thread;
    apr_thread_mutex_t *lock; /* for the condition alone */
    apr_thread_cond_t *wake;
    volatile apr_uint32_t stop;
    const apr_array_header_t *files;
    apr_time_t *due; /* when to look at each of them; 0: never */
} watcher;

static revmap_file *file_at(const watcher *w, int i)
{
    return APR_ARRAY_IDX(w->files, i, revmap_file *);
}

/* Children that begin together do not all compile at the same moment. */
static apr_time_t first_look(const revmap_file *file)
{
    apr_interval_time_t interval = apr_time_from_sec(revmap_file_seconds(file));
    apr_time_t now = apr_time_now();

    return interval ? now + interval - now % 16 * (interval / 32) : 0;
}

static void look(watcher *w)
{
    int i;

    for (i = 0; i < w->files->nelts && !w->stop; i++) {
        revmap_file *file = file_at(w, i);

        if (w->due[i] && apr_time_now() >= w->due[i]) {
            revmap_file_look(file, &w->stop, 0);
            w->due[i] =
                apr_time_now() + apr_time_from_sec(revmap_file_seconds(file));
        }
    }
}

/* How long there is nothing to do.  What was replaced is freed soon after the
 * last request with it. */
static apr_interval_time_t pause_of(watcher *w)
{
    apr_interval_time_t pause = apr_time_from_sec(3600);
    apr_time_t now = apr_time_now();
    int i;

    for (i = 0; i < w->files->nelts; i++) {
        if (w->due[i] && w->due[i] - now < pause) {
            pause = w->due[i] - now;
        }
        if (revmap_file_free_old(file_at(w, i))
            && pause > apr_time_from_msec(500)) {
            pause = apr_time_from_msec(500);
        }
    }
    return pause > 1000 ? pause : 1000;
}

static void *APR_THREAD_FUNC watch(apr_thread_t *thread, void *data)
{
    watcher *w = data;

    /* Signals are for the threads of the MPM. */
    apr_setup_signal_thread();
    while (!apr_atomic_read32(&w->stop)) {
        apr_interval_time_t pause;

        look(w);
        pause = pause_of(w);
        apr_thread_mutex_lock(w->lock);
        if (!apr_atomic_read32(&w->stop)) {
            apr_thread_cond_timedwait(w->wake, w->lock, pause);
        }
        apr_thread_mutex_unlock(w->lock);
    }
    return NULL;
}

static apr_status_t stop_watching(void *data)
{
    watcher *w = data;
    apr_status_t status;

    apr_thread_mutex_lock(w->lock);
    apr_atomic_set32(&w->stop, 1);
    apr_thread_cond_signal(w->wake);
    apr_thread_mutex_unlock(w->lock);
    apr_thread_join(&status, w->thread);
    return APR_SUCCESS;
}

static apr_status_t start_thread(apr_pool_t *pchild, watcher *w)
{
    apr_status_t status =
        apr_thread_mutex_create(&w->lock, APR_THREAD_MUTEX_DEFAULT, pchild);

    if (status == APR_SUCCESS) {
        status = apr_thread_cond_create(&w->wake, pchild);
    }
    if (status == APR_SUCCESS) {
        status = apr_thread_create(&w->thread, NULL, watch, w, pchild);
    }
    if (status == APR_SUCCESS) {
        apr_pool_pre_cleanup_register(pchild, w, stop_watching);
    }
    return status;
}

/* A process that begins later than others takes what has changed before it
 * serves. */
static void start_watching(apr_pool_t *pchild, server_rec *server)
{
    const apr_array_header_t *files = revmap_files();
    watcher *w = apr_pcalloc(pchild, sizeof(*w));
    apr_status_t status;
    int i;
    int is_needed = 0;

    w->files = files;
    w->due = apr_pcalloc(pchild, (apr_size_t)files->nelts * sizeof(*w->due));
    for (i = 0; i < files->nelts; i++) {
        w->due[i] = first_look(file_at(w, i));
        if (w->due[i]) {
            revmap_file_look(file_at(w, i), NULL, 0);
            is_needed = 1;
        }
    }
    status = is_needed ? start_thread(pchild, w) : APR_SUCCESS;
    if (status != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, status, server,
                     "RM0403: no thread can be started: changes of RevMapFile "
                     "files are not seen by this process");
    }
}

#else

static void start_watching(apr_pool_t *pchild, server_rec *server)
{
}

#endif

/* The parent process keeps up, so that the children that it begins have the
 * last map that was good, even while the file is not. */
static int keep_up(apr_pool_t *pool, server_rec *server)
{
    const apr_array_header_t *files = revmap_files();
    int i;

    for (i = 0; i < files->nelts; i++) {
        revmap_file *file = APR_ARRAY_IDX(files, i, revmap_file *);

        if (revmap_file_seconds(file)) {
            revmap_file_look(file, NULL, 1);
            revmap_file_free_old(file);
        }
    }
    return DECLINED;
}

void revmap_register_files(void)
{
    ap_hook_monitor(keep_up, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(start_watching, NULL, NULL, APR_HOOK_MIDDLE);
}
