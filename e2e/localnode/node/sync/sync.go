// Package sync keeps something outside the API server in step with what is in it.
package sync

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// Step brings the outside in step with everything that the caches hold. It is called again when it fails.
type Step func(ctx context.Context) error

// Parts is what a program built on this package gives: the informers whose events make a step due, and the step.
type Parts struct {
	Informers []cache.SharedIndexInformer
	Step      Step
}

// retryAfter is the pause after a step that failed.
const retryAfter = time.Second

// Run is the whole of a program: it reads the flags of the command line (--kubeconfig, and those that the caller has
// registered in flags), lets build make the parts, and does a step after each change until the process is told to end.
// Changes that come while a step is under way lead to one further step.
func Run(flags *flag.FlagSet, build func(client kubernetes.Interface, factory informers.SharedInformerFactory) Parts) {
	if err := run(flags, build); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", flags.Name(), err)
		os.Exit(1)
	}
}

func run(flags *flag.FlagSet, build func(kubernetes.Interface, informers.SharedInformerFactory) Parts) error {
	kubeconfig := flags.String("kubeconfig", "", "file with the API server's address and a credential")
	if err := flags.Parse(os.Args[1:]); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	factory := informers.NewSharedInformerFactory(client, 0)
	parts := build(client, factory)

	due := make(chan struct{}, 1)
	mark := func() {
		select {
		case due <- struct{}{}:
		default: // a step is due already
		}
	}
	for _, informer := range parts.Informers {
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { mark() },
			UpdateFunc: func(any, any) { mark() },
			DeleteFunc: func(any) { mark() },
		}); err != nil {
			return err
		}
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	klog.InfoS("In step with the API server from now on", "program", flags.Name())
	mark()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-due:
			if err := parts.Step(ctx); err != nil {
				klog.ErrorS(err, "A step failed, trying again")
				time.AfterFunc(retryAfter, mark)
			}
		}
	}
}
