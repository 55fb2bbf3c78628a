# SPDX-License-Identifier: Apache-2.0

package RevMap::Nginx;

# nginx at setting('nginx_port').
#
#   my $dir    = workplace('nginx');    # with an nginx.conf, see t/real/nginx
#   my $daemon = start_nginx($dir);     # or the file is skipped
#   $daemon->stop;
#   my $has = nginx_has('http_dav_module');

use strict;
use warnings;

use Exporter qw(import);

use RevMap::Daemon;
use RevMap::Real;
use RevMap::Test;

our @EXPORT = qw(start_nginx nginx_has);

sub start_nginx {
    my ($dir) = @_;
    my $nginx = program('nginx');
    my $port  = setting('nginx_port');
    my $user  = join ' ', runs_as();
    open my $file, '<', "$dir/nginx.conf" or die "$dir/nginx.conf: $!\n";
    my $config = join '', <$file>;
    $config =~ s/\@PORT\@/$port/g;
    $config =~ s/\@USER\@/length $user ? "user $user;" : ''/e;
    write_file("$dir/nginx.conf", $config);
    return RevMap::Daemon->start(
        command => [$nginx, '-p', "$dir/", '-c', "$dir/nginx.conf",
            '-e', 'data/error_log'],
        port => $port,
        log  => "$dir/output",
    );
}

# Whether a module that is optional was built into it.
sub nginx_has {
    my ($module) = @_;
    my $nginx = program('nginx');
    return `'$nginx' -V 2>&1` =~ /--with-\Q$module\E\b/;
}

1;
