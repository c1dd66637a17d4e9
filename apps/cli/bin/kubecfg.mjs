#!/usr/bin/env node
import '../dist/kubecfg.js';
