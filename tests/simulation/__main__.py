"""`python -m tests.simulation --seeds 2000 --from 0`: see docs/simulation.md."""
import sys,time
import logging; logging.disable()
from tests.simulation.scenario import simulate
a,b=int(sys.argv[1]),int(sys.argv[2])
t=time.process_time()
bad=0
for s in range(a,b):
    r=simulate(s, traced=len(sys.argv)>3)
    if r.problem:
        bad+=1
        print(s,r.events,r.seconds,r.runs,r.executions,r.problem)
        if r.trace: print(*r.trace,sep="\n")
print(bad,"bad", (time.process_time()-t)/(b-a),"s per seed")
