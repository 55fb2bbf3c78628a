# SPDX-License-Identifier: Apache-2.0

package RevMap::BenchSite;

# A proxy with a number of rules, of which the last one applies, and the backend
# behind it, for t/bench/run. The rules are those of
#
#   none      nobody
#   stock     ProxyPassReverse, ProxyPassReverseCookiePath and -Domain
#   revmap    RevMap
#   section   RevMap in the <Location> of each rule
#   sections  RevMap in many sections, of which the numbers of those around it
#             (depth), of others and of virtual hosts (hosts) are told
#   file      RevMapFile
#   forward   nobody, but with a ProxyPass line for each rule
#   auto      RevMapAuto, which needs these lines
#   nginx     nginx: proxy_redirect, proxy_cookie_path and proxy_cookie_domain
#   nginx-none
#
#   my $site = RevMap::BenchSite->new(kind => 'revmap', rules => 100,
#       backend => $backend, one_origin => 1);
#   $site->start;
#   $site->url                      # of the page that is mapped
#   $site->plain_url                # of one without such headers
#   $site->ask('page', 300)         # what is wrong with its response
#   $site->stop;

use strict;
use warnings;

use Cwd ();
use File::Temp ();
use IO::Socket::INET ();

use RevMap::Daemon;

sub new {
    my ($class, %is) = @_;
    my $dir = File::Temp->newdir('revmap-bench-XXXXXX', TMPDIR => 1);
    chmod 0755, "$dir";
    my $self = bless { rules => 1, dir => $dir, port => free_port(), %is },
        $class;
    my $text = $self->{kind} =~ /^nginx|^backend/
        ? $self->nginx_config : $self->httpd_config;
    write_text("$dir/conf", $text);
    return $self;
}

# nginx answers by itself: a redirect with a cookie, or none of both.
sub backend {
    my ($class) = @_;
    return $class->new(kind => 'backend')->start;
}

sub port { return $_[0]{port} }

sub is_nginx { return $_[0]{kind} =~ /^nginx|^backend/ }

# A directory that the children of httpd may write to.
sub writable {
    my ($self, $name) = @_;
    my $path = "$self->{dir}/$name";
    mkdir $path and chmod 0777, $path or die "$path: $!\n";
    return $path;
}

# What it has said.
sub output {
    my ($self) = @_;
    return map { RevMap::Daemon::read_text("$self->{dir}/$_") }
        qw(output error_log);
}

sub path {
    my ($self, $page) = @_;
    return '/app' . number($self->{rules}) . "/$page";
}

sub url       { return "http://127.0.0.1:$_[0]{port}" . $_[0]->path('page') }
sub plain_url { return "http://127.0.0.1:$_[0]{port}" . $_[0]->path('plain') }

sub command {
    my ($self, @options) = @_;
    my $conf = "$self->{dir}/conf";
    return $self->is_nginx
        ? ('nginx', '-p', "$self->{dir}", '-c', $conf, '-e',
            "$self->{dir}/error_log")
        : (httpd(), '-f', $conf, @options ? @options : '-DFOREGROUND');
}

sub start {
    my ($self) = @_;
    return $self->start_by;
}

# A program, like valgrind, may stand in front of the server.
sub start_by {
    my ($self, @by) = @_;
    $self->{daemon} = RevMap::Daemon->start(
        command => [@by, $self->command(@by ? '-X' : ())],
        port    => $self->{port},
        log     => "$self->{dir}/output",
        seconds => 240,
    );
    return $self;
}

sub stop {
    my ($self) = @_;
    my $daemon = delete $self->{daemon};
    $daemon->stop if $daemon;
    return;
}

sub DESTROY { return $_[0]->stop }

# The processor time that it has used, in ticks.
sub ticks {
    my ($self) = @_;
    my %parent = map { /(\d+)\s+(\d+)/ ? ($1, $2) : () }
        `ps -e -o pid= -o ppid=`;
    my $ticks = 0;
    for my $pid (keys %parent) {
        my $up = $pid;
        $up = $parent{$up} while $up && $up != $self->{daemon}{pid};
        next if !$up;
        my ($of) = RevMap::Daemon::read_text("/proc/$pid/stat") =~ /.*\) (.*)/s
            or next;
        my @fields = split ' ', $of;
        $ticks += $fields[11] + $fields[12];
    }
    return $ticks;
}

# So many requests on one connection; what is wrong with the last response.
# A measurement may rely on it.
sub ask {
    my ($self, $page, $number) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $self->{port}) or return "cannot connect: $!\n";
    my $answer;
    for (1 .. $number) {
        syswrite $socket, 'GET ' . $self->path($page)
            . " HTTP/1.1\r\nHost: www.example.com\r\n\r\n";
        $answer = '';
        until ($answer =~ /\r\n\r\n/ && length($answer) >= $+[0]
            + ($answer =~ /^Content-Length: (\d+)/mi ? $1 : 0)) {
            sysread $socket, $answer, 65_536, length $answer
                or return "the server has closed the connection\n$answer";
        }
    }
    return $page eq 'plain' ? '' : $self->faults_of($answer);
}

sub faults_of {
    my ($self, $answer) = @_;
    my $at = $self->{kind} =~ /none|forward/ ? 'ctx' : 'app';
    my $n = number($self->{rules});
    return join '', map { "$self->{kind}, $n rules: no $_ in\n$answer" }
        grep { $answer !~ $_ }
            qr{^Location: \S*/$at$n/login\?next=%2Fcart\r$}mi,
            qr{^Set-Cookie: .*Path=/$at$n/?(;|\r$)}mi;
}

# ---- configurations ---------------------------------------------------------

sub host_of {
    my ($self, $i) = @_;
    return $self->{one_origin} ? 'appnumber.internal'
                               : 'app' . number($i) . '.internal';
}

# Of one length, so that nothing else differs.
sub number { return sprintf '%06d', $_[0] }

sub lines {
    my ($self, $line) = @_;
    return join '', map { $line->(number($_), $self->host_of($_)) }
        1 .. $self->{rules};
}

my %LINES = (
    none  => sub { '' },
    stock => sub {
        my ($self) = @_;
        my $host = $self->host_of(1);
        my $rules = $self->lines(sub { <<"END" });
ProxyPassReverse /app$_[0]/ http://$_[1]:8080/ctx$_[0]/
ProxyPassReverseCookiePath /ctx$_[0]/ /app$_[0]/
END
        return $rules . ($self->{one_origin}
            ? "ProxyPassReverseCookieDomain $host www.example.com\n"
            : $self->lines(sub { <<"END" }));
ProxyPassReverseCookieDomain $_[1] www.example.com
END
    },
    revmap => sub {
        $_[0]->lines(sub { <<"END" });
RevMap /app$_[0]/ http://$_[1]:8080/ctx$_[0]/
END
    },
    section => sub {
        $_[0]->lines(sub { <<"END" });
<Location /app$_[0]/>
    RevMap http://$_[1]:8080/ctx$_[0]/
</Location>
END
    },
    file => sub {
        my ($self) = @_;
        write_text("$self->{dir}/map", $self->lines(sub { <<"END" }));
/app$_[0]/ http://$_[1]:8080/ctx$_[0]/
END
        return "RevMapFile map\n";
    },
    # In sections, one around the other; beside others; with virtual hosts.
    sections => sub {
        my ($self) = @_;
        my $n = number(1);
        return join '', (map { <<"END" } 1 .. ($self->{depth} || 0)),
<LocationMatch "^/app$n/">
    RevMap /around$_/ http://around$_.internal/
</LocationMatch>
END
            (map { <<"END" } 1 .. ($self->{others} || 0)),
<Location /other$_/>
    RevMap http://other$_.internal/
</Location>
END
            "RevMap /app$n/ http://app$n.internal:8080/ctx$n/\n",
            (map { <<"END" } 1 .. ($self->{hosts} || 0));
<VirtualHost 127.0.0.1:$self->{port}>
    ServerName @{[$_ == 1 ? 'www.example.com' : "host$_.example.com"]}
    RevMap /host$_/ http://host$_.internal/
    ProxyPass /app$n/ http://app$n.internal:8080/ctx$n/
</VirtualHost>
END
    },
    forward => sub {
        $_[0]->lines(sub { <<"END" });
ProxyPass /app$_[0]/ http://$_[1]:8080/ctx$_[0]/
END
    },
);
$LINES{auto} = sub { "RevMapAuto On\n" . $LINES{forward}->(@_) };

sub httpd_config {
    my ($self) = @_;
    my $dir = $self->{dir};
    my $n = number($self->{rules});
    my $host = $self->host_of($self->{rules});
    my $pass = $self->{kind} =~ /auto|forward/ ? ''
        : "ProxyPass /app$n/ http://$host:8080/ctx$n/\n";
    my $modules = join '', map { "LoadModule ${_}_module "
        . apxs('LIBEXECDIR') . "/mod_$_.so\n" }
        'mpm_' . ($self->{mpm} || 'event'), qw(authz_core proxy proxy_http);
    my $module = $ENV{REVMAP_MODULE} || '.libs/mod_revmap.so';
    $module = Cwd::abs_path($module);
    my $user = $> ? ''
        : "User nobody\nGroup \#" . (getpwnam 'nobody')[3] . "\n";
    my $workers = ($self->{mpm} || 'event') eq 'event' ? <<'END' : '';
StartServers 1
ServerLimit 1
ThreadsPerChild 64
MaxRequestWorkers 64
END
    my $rules = $LINES{ $self->{kind} }->($self);
    return <<"END";
${modules}LoadModule revmap_module $module
ServerRoot "$dir"
DocumentRoot "$dir"
ServerName www.example.com
Listen 127.0.0.1:$self->{port}
PidFile "$dir/pid"
DefaultRuntimeDir "$dir"
ErrorLog "$dir/error_log"
LogLevel warn
MaxKeepAliveRequests 0
KeepAliveTimeout 60
${user}${workers}ProxyRemote * http://127.0.0.1:@{[$self->{backend}->port]}
$pass$rules
END
}

# In the terms of nginx the rules are lines of one location.
sub nginx_config {
    my ($self) = @_;
    my $site = $self->{kind} eq 'backend' ? <<'END'
        location ~ ^/(ctx\d+)/page$ {
            add_header Set-Cookie
                "sid=8f3d2a; Path=/$1/; Domain=$host; HttpOnly";
            return 302 "http://$host:8080/$1/login?next=%2Fcart";
        }
        location / {
            add_header Cache-Control private;
            return 200 "This page has no header that would be mapped.";
        }
END
        : $self->nginx_location;
    return <<"END";
daemon off;
worker_processes 1;
pid $self->{dir}/pid;
error_log $self->{dir}/error_log;
events {
    worker_connections 1024;
}
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path $self->{dir}/client;
    proxy_temp_path $self->{dir}/proxy;
    fastcgi_temp_path $self->{dir}/fastcgi;
    uwsgi_temp_path $self->{dir}/uwsgi;
    scgi_temp_path $self->{dir}/scgi;
    absolute_redirect off;
    upstream backend {
        server 127.0.0.1:@{[$self->{backend} ? $self->{backend}->port : 1]};
        keepalive 64;
    }
    server {
        listen 127.0.0.1:$self->{port};
$site
    }
}
END
}

sub nginx_location {
    my ($self) = @_;
    my $n = number($self->{rules});
    my $host = $self->host_of($self->{rules});
    my $rules = $self->{kind} eq 'nginx-none' ? "proxy_redirect off;\n"
        : $self->lines(sub { <<"END" });
proxy_redirect http://$_[1]:8080/ctx$_[0]/ /app$_[0]/;
proxy_cookie_path /ctx$_[0]/ /app$_[0]/;
proxy_cookie_domain $_[1] www.example.com;
END
    return <<"END";
        location /app$n/ {
            proxy_pass http://backend/ctx$n/;
            proxy_http_version 1.1;
            proxy_set_header Host $host:8080;
            proxy_set_header Connection "";
$rules
        }
END
}

# ---- helpers ----------------------------------------------------------------

my %apxs;

sub apxs {
    my ($name) = @_;
    return $apxs{$name} ||= do {
        chomp(my $value = `\${APXS:-apxs} -q $name`);
        $value;
    };
}

sub httpd {
    return $ENV{HTTPD} || apxs('SBINDIR') . '/' . apxs('PROGNAME');
}

sub free_port {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
        or die "no free port: $!\n";
    return $socket->sockport;
}

sub write_text {
    my ($path, $text) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    print {$file} $text;
    close $file or die "$path: $!\n";
    return;
}

1;
