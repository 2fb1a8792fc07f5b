# courses: where they come from, and how they are kept

cli-add = Add a course from a folder, a git address or an archive; nothing of it runs
cli-add-source = A folder, a git address (ADDRESS#TAG), or an archive (.tar.gz, .tar)
cli-add-name = Call it this (default: the last part of the source)
cli-add-rev = This tag, branch or commit of the repository
cli-examples-add = Examples:
    {"  "}workshop add https://example.org/nginx-course.git#v1
    {"  "}workshop add ../my-course --as mine
    {"  "}workshop add nginx-course.tar.gz
    {"  "}workshop start nginx-course/10
cli-update = Fetch added courses again, show what changed, and ask
cli-update-name = The course's name (default: all of them)
cli-update-rev = From now on this tag, branch or commit
cli-remove = Remove an added course
cli-remove-name = The course's name

source-unknown = there is nothing at "{ $source }": a source is a folder or an archive on this machine, or a git address (https://…, ssh://…, git@host:…, file://…)
source-rev-of-a-file = "{ $source }" has no revisions: only a git repository does
source-two-revs = "{ $source }" names a revision, and so does --rev: say it once
source-transport = "{ $source }" would be fetched by a helper program, and none is started: git fetches over https, http, ssh, git and file
source-rev = "{ $rev }" cannot be the name of a tag, a branch or a commit
course-name = a course cannot be called "{ $name }": letters, digits, "-", "_" and "." make a name, without blanks, and it begins with a letter or a digit (--as NAME)
course-name-taken = "{ $name }" is the name of the lessons in the program: give the course another one with --as NAME

course-none = there is no course in { $folder }: a course is a folder with lessons/NN-name/lesson.toml in it
course-path = the course has a file whose name cannot be kept everywhere: { $path }
course-no-place = there is no folder to keep courses in: neither XDG_DATA_HOME nor HOME is set
course-unsafe = courses are kept in a folder that nobody else can write to: { $why }
course-io = the courses' files cannot be used at { $path }: { $reason }
course-list = the list of courses cannot be read: { $path }
course-next-list = move that file away and add the courses again
course-taken = there is a course called "{ $name }" already
course-next-taken = workshop update { $name }, or add this one under another name with --as NAME
course-unknown = there is no added course "{ $wanted }" (there is: { $known })
course-unknown-none = there is no added course "{ $wanted }", and no other one
course-gone = the lesson in this folder is of the course "{ $name }", which is not there any more; your files and your progress are as they were
course-next-add = workshop add { $source } --as { $name }
course-next-folder = bring { $source } back, or say where the course is now: --lessons DIR
course-changed = the kept copy of the course "{ $name }" is not what was added any more, so nothing of it is used
course-next-changed = workshop update { $name } (fetches it again), or workshop remove { $name }
course-unnamed = lesson { $lesson } in this folder was begun from a folder of lessons, and it was not kept which one
course-next-unnamed = say it once more: --lessons DIR

archive-broken = the archive is damaged or cut off
archive-other = this is no archive that is read here: it has to be a tar archive, as it is or compressed by gzip (.tar.gz)
archive-large = the archive holds more than a course can have; nothing of it was kept
archive-file-large = { $path } in the archive is larger than a file of a course can be; nothing of it was kept
archive-path = the archive has a path that leads out of it or cannot be kept: { $path }; nothing of it was kept
archive-link = the archive has a link that leads out of it: { $path }; nothing of it was kept
archive-kind = the archive has something that is neither a file nor a folder: { $path }; nothing of it was kept
archive-twice = the archive has { $path } twice, or as a file and as a folder; nothing of it was kept

git-missing = a course from a git address needs git, which is not on this machine
git-next-missing = install git, or get the course as an archive and add that file
git-no-revision = { $url } has no tag, branch or commit "{ $rev }"
git-unreachable = git cannot get { $url }: { $reason }
git-next-unreachable = see whether the address is right and whether this machine reaches it; git is not asked for passwords here
git-silent = git has not got { $url } within ten minutes
git-large = the repository is larger than a course can be; nothing of it was kept

course-fetching = fetching { $source }
course-added = The course { $name } is added.
course-from = from
course-revision = revision
course-digest = digest
course-at = { $commit } ({ $rev })
course-pinned-at = { $commit } ({ $rev }, stays)
course-lessons = Its lessons
course-changes = What is different
course-effects = What it will be able to do, once you agree
course-effects-new = What it could not do before
course-effects-more = … and { $count } more. All of it is shown, and asked, before the first of it runs.
course-in-the-program = in the program
course-nothing-ran = Nothing of it has run. It is asked about when a lesson is started.
course-next-start = workshop start { $lesson }
course-no-added = There is no added course: workshop add SOURCE
course-pinned = { $name } stays at { $rev }. For another one: workshop update { $name } --rev REV
course-pin-moved = { $rev } of the course { $name } is not what it was when it was added, so it was not taken. If that is right: workshop update { $name } --rev { $rev }
course-same = { $name } is up to date: nothing is different.
course-restored = The copy of { $name } is again what was added.
course-would-change = The course { $name } would change.
ask-course-update = Take the new version of { $name }?
course-updated = { $name } is up to date now.
course-left = { $name } stays as it is.
course-here-same = You are in the middle of it, and stay where you are: at the step { $step }.
course-here-gone = Lesson { $lesson }, which is under way in this folder, is not in the new version. Your files would stay, and the lesson could not be gone on with.
course-remove-here = Lesson { $lesson } of { $name } is under way in this folder. Your files and your progress stay, and it can be gone on with once the course is added again.
course-remove-unseen = Whether { $name } is under way in other folders cannot be seen from here. Nothing there is touched.
ask-course-remove = Remove the course { $name }?
course-removed = The course { $name } is removed.

change-lesson-added = lesson { $lesson } is new
change-lesson-removed = lesson { $lesson } is gone
change-step-added = { $lesson }: the step { $step } is new
change-step-removed = { $lesson }: the step { $step } is gone
change-step-renamed = { $lesson }: the step { $was } is called { $step } now
change-edit = { $lesson }: the step { $step } changes files in another way
change-rules = { $lesson }: the step { $step } runs or checks something else
change-start = { $lesson }: it starts from other files or settings
change-words = { $lesson }: only the words

step-renamed = The step { $was } is called { $step } now. What you did at it counts.
step-removed = The step { $step }, which you have done, is not in the lesson any more.
step-removed-here = The step { $step }, where you were, is not in the lesson any more. You are at { $now } now: { $why }.
step-place-after = the first open step that came after it
step-place-open = the first step that is open
step-place-last = the last step, for all others are done

cli-bundle = Pack a course into one file that needs no network
cli-bundle-course = An added course's name, or a course's folder
cli-bundle-output = The file to write
cli-bundle-images = With the Docker images that its lessons need
cli-bundle-program = With this program
cli-examples-bundle = Examples:
    {"  "}workshop bundle nginx-course -o nginx-course.workshop.tar.gz --images --program
    {"  "}workshop bundle . -o course.workshop.tar.gz     the course in this folder

bundle-broken = this bundle is damaged, or of a newer program: its list of parts cannot be used
bundle-part = { $part } in the bundle is not what it was when it was packed (its SHA-256 differs), so nothing of the bundle was used: get the file again
bundle-no-file = { $file } is a folder: -o names the file to write
bundle-no-image = Docker has no image { $name } to pack
bundle-next-pull = docker pull { $name }, then the same command again
bundle-writing = writing { $file }
bundle-saving = saving the image { $name }
bundle-verifying = verifying { $file }
bundle-loading = loading the image { $name }
bundle-progress = { $what }: { $done } of { $of }
bundle-done = { $file } has the course { $name } ({ $size }).
bundle-has-image = It has the image { $name } ({ $size }).
bundle-has-program = It has this program, { $version } for { $platform } ({ $size }).
bundle-programs = Where there is no Docker, the machine needs: { $programs }. They are not in the bundle.
bundle-next = workshop add { $file }
bundle-verified = { $count ->
    [one] The one part is what was packed.
   *[other] All { $count } parts are what was packed.
}
bundle-program-lies = The program ({ $version }, { $platform }) lies in the bundle: tar -xzf { $file } { $part }
bundle-no-docker = { $count ->
    [one] One image was not loaded
   *[other] { $count } images were not loaded
}, for Docker does not answer: { $why }
bundle-next-again = once they are wanted: workshop add { $file } --yes
bundle-has-it = Docker has { $name } already.
bundle-would-load = Docker would get { $name } ({ $size }).
bundle-not-loaded = No image was loaded. The course is there.
ask-load = { $count ->
    [one] Load this image into Docker?
   *[other] Load these { $count } images into Docker?
}
bundle-loaded = Docker has { $name }.
bundle-next-variable = export { $variable }={ $value }
