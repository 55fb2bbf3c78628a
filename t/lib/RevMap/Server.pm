# SPDX-License-Identifier: Apache-2.0

package RevMap::Server;

# An httpd beside that of the suite, for what cannot be had in one server: other
# modules, another order of them, a restart, a port of its own.
#
#   my $server = RevMap::Server->new($lines, modules => sub { reverse @_ });
#   $server->start;                 # request(port => $server->port, ...)
#   $server->restart($other_lines); # gracefully
#   $server->stop;
#
# With mode => '-DNO_DETACH' it leaves its terminal as a daemon does, and stays
# a child of this process all the same.
#
# With REVMAP_UNDER="valgrind ..." it runs under that.
#
# It has the modules of the suite as `LoadModule` lines, edited by the function
# if there is one, reaches the embedded backend by every name under .test and
# writes to the error log of the suite.

use strict;
use warnings;

use Apache::Test ();
use File::Basename qw(dirname);
use File::Temp ();
use IO::Socket::INET ();

use RevMap::Daemon;
use RevMap::Test;

sub new {
    my ($class, $lines, %is) = @_;
    # Not a plain tempdir(): its END block would run before our DESTROY.
    my $dir = File::Temp->newdir('revmap-XXXXXX', TMPDIR => 1);
    chmod 0755, "$dir";
    my $self = bless { dir => $dir, port => free_port(), %is }, $class;
    $self->write_config($lines);
    return $self;
}

sub port { return $_[0]{port} }

# A directory that the children of httpd may write to.
sub writable {
    my ($self, $name) = @_;
    my $path = "$self->{dir}/$name";
    mkdir $path and chmod 01777, $path or die "$path: $!\n";
    return $path;
}

# Replaces a file in its ServerRoot, as a careful writer does.
sub put {
    my ($self, $name, $text) = @_;
    my $path = "$self->{dir}/$name";
    open my $file, '>', "$path.new" or die "$path.new: $!\n";
    binmode $file;
    print {$file} $text;
    close $file or die "$path.new: $!\n";
    rename "$path.new", $path or die "$path: $!\n";
    return $self;
}

sub path { return "$_[0]{dir}/$_[1]" }

sub start {
    my ($self) = @_;
    $self->{daemon} = RevMap::Daemon->start(
        command => [split(' ', $ENV{REVMAP_UNDER} || ''), setting('httpd'),
            $self->{mode} || '-DFOREGROUND', '-f', $self->config],
        port    => $self->{port},
        log     => "$self->{dir}/output",
    );
    return $self;
}

# Returns at once; the old processes may answer for a while.
sub restart {
    my ($self, $lines) = @_;
    $self->write_config($lines);
    open my $file, '<', "$self->{dir}/pid" or die "$self->{dir}/pid: $!\n";
    my ($pid) = <$file> =~ /^(\d+)$/ or die "no process number\n";
    kill USR1 => $pid or die "cannot signal process $pid: $!\n",
        RevMap::Daemon::read_text("$self->{dir}/output");
    return;
}

# mpm_event closes the connections of its threads when it is told to end, and
# may crash if one of them does the same at that moment: let them come to rest.
sub stop {
    my ($self) = @_;
    my $daemon = delete $self->{daemon} or return;
    select undef, undef, undef, 0.3;
    $daemon->stop;
    return;
}

sub DESTROY { return $_[0]->stop }

# Exit status and output of `httpd -t`.
sub check {
    my ($self) = @_;
    my ($httpd, $config) = (setting('httpd'), $self->config);
    my $output = `'$httpd' -t -f '$config' 2>&1`;
    return ($? >> 8 || $? & 127, $output);
}

sub config { return "$_[0]{dir}/httpd.conf" }

sub write_config {
    my ($self, $lines) = @_;
    my $modules = join '', $self->modules;
    my ($dir, $port) = @$self{qw(dir port)};
    my ($logs, $backend) = map { setting($_) } qw(t_logs backend_port);
    my $user = $> ? ''
        : "User @{[setting('user')]}\nGroup @{[setting('group')]}\n";
    my $remote = $modules !~ /^LoadModule proxy_module/m ? '' : <<"END";
ProxyRemoteMatch "^[a-z0-9]+://[^/]*\\.test([:/]|\$)" http://127.0.0.1:$backend
END
    open my $file, '>', $self->config or die $self->config . ": $!\n";
    print {$file} <<"END";
$modules
ServerRoot "$dir"
DocumentRoot "$dir"
ServerName http://alone.test:80
Listen 127.0.0.1:$port
PidFile "$dir/pid"
DefaultRuntimeDir "$dir"
ErrorLog "$logs/error_log"
LogLevel warn revmap:trace8
LimitRequestFieldSize 131072
<IfModule mime_module>
    TypesConfig /dev/null
</IfModule>
${user}StartServers 1
$remote
$lines
END
    close $file or die $self->config . ": $!\n";
    return;
}

sub modules {
    my ($self) = @_;
    return $self->{modules} ? $self->{modules}->(suite_modules())
                            : suite_modules();
}

sub suite_modules {
    my $path = setting('httpd_conf');
    open my $file, '<', $path or die "$path: $!\n";
    return <$file>;
}

# LoadModule lines for what the suite does not load; nothing if one is missing.
sub extra_modules {
    my @names = @_;
    my ($so) = map { /^LoadModule proxy_module (\S+)/ } suite_modules();
    my @files = map { dirname($so) . "/mod_$_.so" } @names;
    return if grep { !-f } @files;
    return map { "LoadModule $names[$_]_module $files[$_]\n" } 0 .. $#names;
}

# Never one that was given before, or that a server of the suite is to have:
# they may not listen yet.
my %given;

sub free_port {
    local $_; # Apache::Test reads its configuration into it
    my $settings = Apache::Test::vars();
    $given{ $settings->{$_} } = 1 for grep { /port$/ } keys %$settings;
    for (1 .. 100) {
        my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
            Listen => 1) or die "no free port: $!\n";
        return $socket->sockport if !$given{ $socket->sockport }++;
    }
    die "no free port that is new\n";
}

1;
