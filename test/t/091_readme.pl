# README.md as it would be followed: every ```sql block is run, in order, and
# printed what the ```text block under it says.
#
# Two databases stand ready: one as make demo leaves it, and, for the section
# "Install it into your database", one with the sample portal in schema igot and
# nothing else. The sample is of the night that README names, so that the figures
# are those on every day.
#
#   prove test/t/091_readme.pl
#   README_UPDATE=1 prove test/t/091_readme.pl      writes what is printed into README.md
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use File::Temp qw(tempfile);
use POSIX qw(strftime);
use Test::More;

my $top = File::Spec->rel2abs(dirname(__FILE__) . '/../..');
my $night = '2026-11-23';
my %database = (demo => "karmayogi_readme_demo_$$", install => "karmayogi_readme_install_$$");

# A report of a quarter that has not begun is refused, and the sample has some.
plan skip_all => "the sample's night, $night, is yet to come for this machine's clock"
  if strftime('%Y-%m-%d', gmtime) lt $night;

$ENV{PGOPTIONS} = '-c client_min_messages=warning -c timezone=Asia/Kolkata';
$ENV{PGDATABASE} = 'postgres';

# Runs SQL as if it were typed; returns what psql prints, errors included.
sub psql
{
	my ($name, $in, @options) = @_;
	my ($handle, $file) = tempfile(SUFFIX => '.sql', UNLINK => 1);
	print $handle $in;
	close $handle;
	my $out = qx(psql -X -q -P pager=off -v SHOW_CONTEXT=never -d '$name' @options <'$file' 2>&1);
	$out =~ s/[ \t]+$//mg;
	$out =~ s/\s+\z//;
	return $out;
}

sub ready
{
	my ($name, $in, @options) = @_;
	my $out = psql($name, $in, '-v ON_ERROR_STOP=1', @options);
	return if !$?;
	diag($out);
	die "$name could not be made ready\n";
}

my $role_is_ours;

END
{
	my $status = $?;
	psql('postgres', "drop database if exists $_") for values %database;
	psql('postgres', 'drop role if exists dashboard, nodal_officer') if $role_is_ours;
	$? = $status;
}

# README creates these roles; somebody's own must not be taken for them, and dropped
die "there is a role dashboard or nodal_officer on this server already\n"
  if psql('postgres', q(select 1 from pg_roles where rolname in ('dashboard', 'nodal_officer')), '-A -t') ne '';
$role_is_ours = 1;

ready('postgres', "create database $database{demo}");
ready($database{demo}, "create extension karmayogi; select karmayogi.create_portal('portal') \\g /dev/null");
ready($database{demo}, "\\i '$top/demo/portal.sql'",
	"-v scale=0.001 -v schema=portal -v generated_on='$night 02:10:00'");
ready('postgres', "create database $database{install} template $database{demo}");
ready($database{install}, 'drop extension karmayogi cascade; alter schema portal rename to igot');
ready($database{demo}, "select karmayogi.bind_portal('portal') \\g /dev/null\n\\i '$top/demo/register.sql'");
ready($database{demo}, "call karmayogi.refresh(as_of => '$night')");
# what README takes of pg_cron, which need not be installed here
ready($database{demo}, 'create schema cron; create function cron.schedule(text, text, text) returns bigint
	language sql return 1;');

open my $readme, '<', "$top/README.md" or die "README.md: $!";
my @lines = <$readme>;
close $readme;

my @written;
my $section = '';
my $statements = 0;
my $printed;
while (@lines)
{
	my $line = shift @lines;
	push @written, $line;
	$section = $1 if $line =~ /^## (.*)/;
	if ($line =~ /^```sql$/)
	{
		my $block = '';
		while (@lines && $lines[0] !~ /^```$/)
		{
			$block .= $lines[0];
			push @written, shift @lines;
		}
		push @written, shift @lines;
		$printed = psql($database{ $section =~ /^Install/ ? 'install' : 'demo' }, $block);
		$statements++;
		my ($first) = $block =~ /^([^\n]*)/;
		if (@lines && $lines[0] =~ /^```text$/)
		{
			push @written, shift @lines;
			my $expected = '';
			$expected .= shift @lines while @lines && $lines[0] !~ /^```$/;
			push @written, "$printed\n" if $ENV{README_UPDATE};
			push @written, $expected if !$ENV{README_UPDATE};
			$expected =~ s/[ \t]+$//mg;
			$expected =~ s/\s+\z//;
			is($printed, $expected, "$section: $first") if !$ENV{README_UPDATE};
		}
		else
		{
			is($printed, '', "$section: $first");
		}
	}
}
cmp_ok($statements, '>', 10, 'README.md shows how it is used');

if ($ENV{README_UPDATE})
{
	open my $out, '>', "$top/README.md" or die "README.md: $!";
	print $out @written;
	close $out;
	diag('README.md is written anew: read the difference');
}
done_testing();
