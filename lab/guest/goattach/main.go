// goattach moves a real Go program between two cgroups while its runtime starts threads,
// as runc's exec does with "runc init": at once after the start, and again until it ends.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

const clockMonotonic = 1

// threadsPerChild is how many threads an "init" starts before it ends.
const threadsPerChild = 64

type procsFile struct {
	path string
	fd   int
}

type attempt struct {
	file          *procsFile
	target        int
	errno         syscall.Errno
	before, after int64
}

type mover struct {
	files    [2]procsFile
	attempts []attempt
	accepted int
	einval   int
	want     int
	bound    int
	pause    time.Duration
	stop     int32
}

func now() int64 {
	var ts syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockMonotonic,
		uintptr(unsafe.Pointer(&ts)), 0)
	return ts.Nano()
}

func openProcs(dir string) (procsFile, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return procsFile{}, err
	}
	path := filepath.Join(dir, "cgroup.procs")
	fd, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return procsFile{}, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return procsFile{path, fd}, nil
}

func (m *mover) done() bool {
	return m.einval >= m.want || len(m.attempts) >= m.bound ||
		atomic.LoadInt32(&m.stop) != 0
}

func (m *mover) write(file *procsFile, pid int) syscall.Errno {
	text := []byte(strconv.Itoa(pid))
	a := attempt{file: file, target: pid, before: now()}
	_, _, a.errno = syscall.Syscall(syscall.SYS_WRITE, uintptr(file.fd),
		uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)))
	a.after = now()
	m.attempts = append(m.attempts, a)
	switch a.errno {
	case 0:
		m.accepted++
	case syscall.EINVAL:
		m.einval++
	}
	return a.errno
}

// moveChild writes the child's pid until the child has ended. The child is reaped here
// and nowhere else, so the pid cannot become somebody else's in between.
func (m *mover) moveChild(pid int) {
	to := 0
	for {
		if m.write(&m.files[to], pid) == 0 {
			to = 1 - to
		}
		reaped, err := syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
		if reaped == pid || err != nil && err != syscall.EINTR {
			return
		}
		if m.done() {
			syscall.Kill(pid, syscall.SIGKILL)
			syscall.Wait4(pid, nil, 0, nil)
			return
		}
		time.Sleep(m.pause)
	}
}

func (m *mover) run() error {
	for !m.done() {
		// The death signal follows the thread that forked: main's, which is locked.
		child, err := os.StartProcess("/proc/self/exe", []string{os.Args[0], "init"},
			&os.ProcAttr{
				Files: []*os.File{nil, os.Stdout, os.Stderr},
				Sys:   &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
			})
		if err != nil {
			return err
		}
		m.moveChild(child.Pid)
		child.Release()
	}
	return nil
}

func (a *attempt) cause() string {
	if a.errno == 0 {
		return "-"
	}
	return "task_new"
}

func (m *mover) save(path string) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	w := bufio.NewWriter(out)
	tid, tgid := syscall.Gettid(), os.Getpid()
	for _, a := range m.attempts {
		fmt.Fprintf(w, "write tid=%d tgid=%d wrote=\"%d\" file=\"cgroup.procs\" "+
			"path=\"%s\" errno=%d before=%d after=%d target=%d blocking=0 cause=%s no_effect=-\n",
			tid, tgid, a.target, a.file.path, int(a.errno), a.before, a.after,
			a.target, a.cause())
	}
	return w.Flush()
}

func (m *mover) judge() error {
	other := len(m.attempts) - m.accepted - m.einval
	fmt.Printf("goattach: %d writes, %d accepted, %d EINVAL, %d other errors\n",
		len(m.attempts), m.accepted, m.einval, other)
	switch {
	case atomic.LoadInt32(&m.stop) != 0:
		return fmt.Errorf("stopped by a signal")
	case other != 0:
		return fmt.Errorf("there should be no other errors")
	case m.einval < m.want:
		return fmt.Errorf("%d writes brought %d EINVAL only, of %d wanted",
			len(m.attempts), m.einval, m.want)
	}
	return nil
}

// beInit is the child: what a Go program does while it starts, and some more of it.
// A goroutine that returns with its thread locked ends the thread, so the next one needs
// a new one.
func beInit() {
	var all sync.WaitGroup
	for i := 0; i < threadsPerChild; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			runtime.LockOSThread()
			ts := syscall.Timespec{Nsec: 200000}
			syscall.Nanosleep(&ts, nil)
		}()
		if i%16 == 0 {
			runtime.GC()
		}
		if i%4 == 3 {
			runtime.Gosched()
		}
	}
	all.Wait()
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "goattach: %v\n", err)
	os.Exit(1)
}

func (m *mover) stopOnSignals() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		atomic.StoreInt32(&m.stop, 1)
	}()
	syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_PDEATHSIG,
		uintptr(syscall.SIGTERM), 0)
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "init" {
		beInit()
		return
	}
	runtime.LockOSThread()

	m := &mover{}
	flag.IntVar(&m.want, "n", 100, "until write(2) failed with EINVAL `N` times")
	flag.IntVar(&m.bound, "m", 100000, "give up, and fail, after `N` writes")
	flag.DurationVar(&m.pause, "p", 0, "sleep after each write")
	truth := flag.String("t", "", "where to put the truth")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "Usage: goattach [-n N] [-m N] [-p DURATION] [-t FILE] DIR DIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	m.stopOnSignals()
	for i := range m.files {
		var err error
		if m.files[i], err = openProcs(flag.Arg(i)); err != nil {
			fail(err)
		}
	}

	err := m.run()
	if *truth != "" {
		if saveErr := m.save(*truth); saveErr != nil {
			fail(saveErr)
		}
	}
	if err == nil {
		err = m.judge()
	}
	if err != nil {
		fail(err)
	}
}
