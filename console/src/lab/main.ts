import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/controls.css';
import { mount } from 'svelte';
import { applyPreferences } from '../lib/preferences.svelte';
import { lab } from './lab.svelte';
import LabApp from './LabApp.svelte';

applyPreferences();
lab.open();
const target = document.getElementById('app');
if (target) mount(LabApp, { target });
