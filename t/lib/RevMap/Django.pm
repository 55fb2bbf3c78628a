# SPDX-License-Identifier: Apache-2.0

package RevMap::Django;

# Django's admin, t/real/django, run by gunicorn.
#
#   my $daemon = start_django(
#       port         => setting('gunicorn_port'),   # which is the default
#       trusted      => ['https://a.test'],         # may send it forms
#       host_cookies => 1,                          # __Host-sessionid
#       tls          => [$certificate, $key],       # https, see RevMap::Real
#   );
#   ... USER and PASSWORD may log in ...
#   $daemon->stop;

use strict;
use warnings;

use Exporter qw(import);
use File::Temp qw(tempdir);

use RevMap::Daemon;
use RevMap::Real;
use RevMap::Test;

our @EXPORT = qw(start_django USER PASSWORD);

use constant {
    USER     => 'admin',
    PASSWORD => 'no secret',
};

# The file is skipped where it is not installed.
sub start_django {
    my (%is) = @_;
    my ($python) = grep { works($_) } '/usr/bin/python3', 'python3';
    not_installed('python3-django or gunicorn') if !$python;
    my $port = $is{port} || setting('gunicorn_port');
    my $code = 't/real/django';
    my $data = tempdir(CLEANUP => 1);
    local %ENV = (
        %ENV,
        DJANGO_DATA             => $data,
        DJANGO_HOST_COOKIES     => $is{host_cookies} || '',
        DJANGO_SETTINGS_MODULE  => 'settings',
        DJANGO_TRUSTED          => join(' ', @{ $is{trusted} || [] }),
        PYTHONDONTWRITEBYTECODE => 1,
    );
    my ($certificate, $key) = @{ $is{tls} || [] };
    system($python, "$code/create.py", USER, PASSWORD) == 0
        or die "$code/create.py failed\n";
    return RevMap::Daemon->start(
        command => [$python, '-m', 'gunicorn', '--chdir', $code,
            '--bind', "127.0.0.1:$port", '--threads', 4,
            '--worker-tmp-dir', $data, 'wsgi',
            $key ? ('--certfile', $certificate, '--keyfile', $key) : ()],
        port => $port,
        log  => "$data/log",
    );
}

sub works {
    my ($program) = @_;
    return system("$program -c 'import django, gunicorn' >/dev/null 2>&1") == 0;
}

1;
